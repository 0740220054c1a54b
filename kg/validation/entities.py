"""Entity declarations of XML: refused before an RDF parser reads the file, because a few lines can mean gigabytes.

Many ontologies abbreviate namespaces by entities: `<!ENTITY owl "http://www.w3.org/2002/07/owl#">`. Short texts of this
kind are allowed. All others could grow by nesting, or name a file or an address.
"""

from typing import IO
from xml.parsers import expat

from kg.errors import RecordError, shown

MAX_TEXT = 1000
"""Most characters of an entity that is allowed; a namespace has about 50."""

CHUNK = 1 << 16


def refuse_entities(file: IO[bytes]) -> None:
    """Read XML to its end, because RDF parsers take a declaration anywhere; raise RecordError for one that is refused.

    Raises RecordError for broken XML, too, so that no other parser can understand it in another way.
    """
    parser = expat.ParserCreate()
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def declared(name: str, is_parameter: bool, value: str | None, *_: object) -> None:
        if is_parameter or value is None or len(value) > MAX_TEXT or not {"&", "<", "%"}.isdisjoint(value):
            reason = f"the entity {shown(name)} is no short plain text, so it could fill the memory or read other files"
            way_out = "replace it by its text, or give the file as Turtle"
            raise RecordError(f"{reason}; {way_out}", line=parser.CurrentLineNumber)

    parser.EntityDeclHandler = declared
    try:
        while chunk := file.read(CHUNK):
            parser.Parse(chunk)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise RecordError(f"not XML: {expat.ErrorString(error.code)}", line=error.lineno) from None
    except (LookupError, ValueError) as error:  # an encoding that Python does not know
        raise RecordError(f"not XML: {error}; save it in UTF-8", line=1) from None
