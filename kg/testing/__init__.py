r"""Contract tests of plug-ins. Call them from tests of your own; an AssertionError describes the fault.

from kg.testing import check_parser

def test_my_parser() -> None:
    check_parser(MyParser(), "x.figs", b"PMC1__a\tTP53,MDM2")
"""

from kg.testing.exporters import check_exporter
from kg.testing.parsers import check_parser

__all__ = ["check_exporter", "check_parser"]
