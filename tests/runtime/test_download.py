"""Downloads from a server that is good, and from one that cuts, stalls, lies, redirects or asks to wait."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.web import Server, Step, answer, chunked, cut, serving, stall, until_closed

from kg.errors import SourceError
from kg.runtime.download import addresses
from kg.runtime.download.answers import Client
from kg.runtime.download.copies import Copy, fetch, forget

BODY = bytes(range(256)) * 40
DIGEST = hashlib.sha256(BODY).hexdigest()
OTHER = b"another version " * 500


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(BODY) as running:
        yield running


@pytest.fixture
def waits() -> list[float]:
    return []


class Downloader:
    """Downloads into one folder, and notes the waits in place of waiting."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server, self.folder = server, folder
        self.waits: list[float] = []
        self.stages: list[tuple[str, int, int | None]] = []

    def get(self, path: str = "/x.tar.gz", most: int = 1 << 20, timeout: float = 5.0) -> Copy:
        client = Client(timeout=timeout, tries=4, most=most, wait=self.waits.append)
        address = path if "://" in path else self.server.url + path
        return fetch(addresses.read(address), self.folder, client, lambda *stage: self.stages.append(stage))

    def refused(self, path: str = "/x.tar.gz", most: int = 1 << 20, timeout: float = 5.0) -> str:
        with pytest.raises(SourceError) as caught:
            self.get(path, most, timeout)
        return str(caught.value).replace(self.server.url, "SERVER")


@pytest.fixture
def download(server: Server, tmp_path: Path) -> Downloader:
    return Downloader(server, tmp_path / "downloads")


def test_a_copy_has_the_bytes_the_digest_and_the_name_and_shows_progress(download: Downloader) -> None:
    copy = download.get("/pub/x%20y.tar.gz?download=1")
    assert (copy.path.name, copy.path.read_bytes()) == ("x y.tar.gz", BODY)
    assert copy[1:] == (f"{download.server.url}/pub/x%20y.tar.gz?...", 10240, DIGEST)
    assert ("downloading x y.tar.gz", 10240, 10240) in download.stages
    assert download.waits == []


def test_a_second_run_asks_whether_the_file_changed(download: Downloader) -> None:
    first = download.get()
    assert download.get() == first
    assert download.server.asked("if-none-match") == [None, '"one"']
    download.server.body, download.server.etag = OTHER, '"two"'
    second = download.get()
    assert second.path.read_bytes() == OTHER
    assert not first.path.exists()  # one version of an address at a time


def test_a_copy_that_was_changed_is_downloaded_again(download: Downloader) -> None:
    copy = download.get()
    copy.path.write_bytes(BODY[:-1] + b"x")
    assert download.get().path.read_bytes() == BODY
    assert download.server.asked("if-none-match") == [None, None]
    os.utime(copy.path, (0, 0))  # other times, but equal bytes
    assert download.get() == copy
    assert download.server.asked("if-none-match")[2] == '"one"'


def test_a_forgotten_copy_is_downloaded_again(download: Downloader) -> None:
    forget(download.get())
    assert download.get().path.read_bytes() == BODY
    assert download.server.asked("if-none-match") == [None, None]


# -- cuts


def test_a_cut_download_goes_on_where_it_was_cut(download: Downloader) -> None:
    download.server.script = [cut(1000)]
    assert download.get().path.read_bytes() == BODY
    assert download.server.asked("range") == [None, "bytes=1000-"]
    assert download.server.asked("if-range") == [None, '"one"']
    assert download.waits == [1.0]


def test_a_later_run_goes_on_where_the_first_gave_up(download: Downloader) -> None:
    download.server.script = [cut(1000), *[answer(503)] * 3]
    assert download.refused() == (
        "SERVER/x.tar.gz: cannot be downloaded (503 Service Unavailable); the same command goes on after 1,000 bytes"
    )
    assert download.waits == [1.0, 2.0, 4.0]
    assert download.get().path.read_bytes() == BODY
    assert download.server.asked("range")[-1] == "bytes=1000-"


def test_a_file_that_changes_between_the_parts_is_downloaded_anew(download: Downloader) -> None:
    def changed(handler: object) -> None:
        download.server.body, download.server.etag = OTHER, '"two"'
        cut(1000)(handler)  # type: ignore[arg-type]

    download.server.script = [cut(2000), changed]
    copy = download.get()
    assert copy.path.read_bytes() == OTHER
    assert download.server.asked("if-range") == [None, '"one"', '"two"']


@pytest.mark.parametrize(
    "lie",
    [
        {"ETag": '"two"', "Content-Range": "bytes 1000-10239/10240"},
        {"ETag": '"one"', "Content-Range": "bytes 999-10239/10240"},
        {"ETag": '"one"', "Content-Range": "bytes 1000-10239/99999"},
        {"ETag": '"one"', "Content-Range": "nonsense"},
        {},
    ],
)
def test_a_rest_that_does_not_fit_is_not_used(download: Downloader, lie: dict[str, object]) -> None:
    download.server.script = [cut(1000), answer(206, lie, b"x" * 9240)]
    assert download.get().path.read_bytes() == BODY
    assert download.server.asked("range") == [None, "bytes=1000-", None]


@pytest.mark.parametrize("mark", [{"ETag": 'W/"weak"'}, {"ETag": ""}])
def test_without_a_strong_mark_a_cut_costs_the_whole_download(download: Downloader, mark: dict[str, object]) -> None:
    download.server.script = [cut(1000, **mark)]
    assert download.get().path.read_bytes() == BODY
    assert download.server.asked("range") == [None, None]


def test_a_server_without_ranges_sends_all_again(download: Downloader) -> None:
    download.server.script = [cut(1000), answer(200, {"ETag": '"one"'}, BODY)]
    assert download.get().path.read_bytes() == BODY


def test_an_unsatisfiable_range_starts_anew(download: Downloader) -> None:
    download.server.script = [cut(1000), answer(416, {"Content-Range": "bytes */5"})]
    assert download.get().path.read_bytes() == BODY
    assert download.server.asked("range") == [None, "bytes=1000-", None]


def test_the_date_of_change_marks_a_version_too(download: Downloader) -> None:
    date = "Fri, 13 Nov 2026 10:00:00 GMT"
    rest = {"Content-Range": "bytes 1000-10239/10240", "Last-Modified": date}
    headers: dict[str, object] = {"Content-Length": len(BODY), "Last-Modified": date}
    download.server.script = [answer(200, headers, BODY[:1000]), answer(206, dict(rest), BODY[1000:]), answer(304)]
    copy = download.get()
    assert copy.path.read_bytes() == BODY
    assert download.get() == copy
    assert download.server.asked("if-range") == [None, date, None]
    assert download.server.asked("if-modified-since") == [None, None, date]


# -- a server that stalls, or asks to wait


def test_a_stalling_server_is_asked_again_after_the_timeout(download: Downloader) -> None:
    download.server.script = [stall(1000)]
    assert download.get(timeout=0.2).path.read_bytes() == BODY
    assert download.server.asked("range") == [None, "bytes=1000-"]


def test_a_server_that_stalls_always_is_given_up(download: Downloader) -> None:
    download.server.script = [stall(0)] * 4
    assert "(no answer in time); try again later" in download.refused(timeout=0.1)


def test_retry_after_is_honoured_within_bounds(download: Downloader) -> None:
    dates: dict[str, object] = {"Retry-After": "Fri, 13 Nov 2026 10:00:30 GMT", "Date": "Fri, 13 Nov 2026 10:00:00 GMT"}
    download.server.script = [answer(429, {"Retry-After": "7"}), answer(503, {"Retry-After": "soon"}), raw_date(dates)]
    assert download.get().path.read_bytes() == BODY
    assert download.waits == [7.0, 2.0, 30.0]
    download.server.script = [answer(429, {"Retry-After": "3600"})]
    reason = "429 Too Many Requests, and asks to wait 3,600 seconds"
    assert download.refused("/y.zip") == f"SERVER/y.zip: cannot be downloaded ({reason}); try again later"
    assert len(download.waits) == 3


def raw_date(headers: dict[str, object]) -> Step:
    """Answer 503 with these headers only, because http.server adds a date of its own."""

    def step(handler: object) -> None:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        handler.wfile.write(f"HTTP/1.1 503 Busy\r\n{lines}Content-Length: 0\r\n\r\n".encode())  # type: ignore[attr-defined]

    return step


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 206, 299])
def test_a_refusal_is_final(download: Downloader, status: int) -> None:
    download.server.script = [answer(status)] * (4 if status == 206 else 1)
    assert "SERVER/x.tar.gz: cannot be downloaded (" in download.refused()
    assert list(download.folder.rglob("part")) == []


def test_a_server_that_is_not_there_is_named_with_the_copy_of_last_time(download: Downloader) -> None:
    copy = download.get()
    download.server.script = [answer(404)]
    assert download.refused() == (
        f"SERVER/x.tar.gz: cannot be downloaded (404 Not Found); the copy of last time is {copy.path}"
    )
    assert "cannot be downloaded (Connection refused)" in download.refused("http://127.0.0.1:1/x.gmt")
    assert download.waits == [1.0, 2.0, 4.0]


# -- a server that lies about the length


def test_more_bytes_than_stated_are_not_read(download: Downloader) -> None:
    download.server.script = [answer(200, {"Content-Length": 100}, BODY)]
    assert download.get().path.read_bytes() == BODY[:100]
    assert DIGEST in download.refused(f"/y.zip#sha256={'0' * 64}")


def test_fewer_bytes_than_stated_are_a_cut(download: Downloader) -> None:
    download.server.script = [answer(200, {"Content-Length": 10241, "ETag": '"one"'}, BODY)] * 4
    assert "(10,240 of 10,241 bytes came)" in download.refused()


def test_too_large_files_are_refused_before_or_while_they_come(download: Downloader) -> None:
    reason = "SERVER/x.tar.gz: cannot be downloaded (it has {} bytes{}; --max-download SIZE allows more)"
    assert download.refused(most=10239) == reason.format("10,240", ", more than 10,239")
    download.server.script = [chunked(BODY, BODY)]
    assert download.refused(most=10240) == reason.format("more than 10,240", "")
    assert list(download.folder.rglob("part")) == []
    assert download.get(most=10240).bytes == 10240


def test_a_body_in_chunks_ends_with_its_mark(download: Downloader) -> None:
    download.server.script = [chunked(BODY[:5000], ends=False), chunked(BODY[:5000], BODY[5000:])]
    assert download.get().path.read_bytes() == BODY
    assert download.waits == [1.0]


def test_a_body_without_any_length_is_used_once(download: Downloader) -> None:
    download.server.script = [until_closed(BODY[:500])]
    assert download.get().bytes == 500
    assert download.get().bytes == 10240
    assert download.server.asked("if-none-match") == [None, None]


@pytest.mark.parametrize(("name", "is_read"), [("/x.gmt", False), ("/x.tar.gz", True)])
def test_a_text_that_is_packed_on_its_way_is_refused(download: Downloader, name: str, is_read: bool) -> None:
    download.server.script = [answer(200, {"Content-Encoding": "gzip"}, BODY)]
    if is_read:
        assert download.get(name).path.read_bytes() == BODY
    else:
        assert "packs the file on its way (gzip)" in download.refused(name)


# -- redirects


def redirect(target: str) -> Step:
    return answer(302, {"Location": target})


def test_redirects_are_followed_and_give_no_password_away(download: Downloader) -> None:
    with serving(OTHER) as other:
        download.server.script = [redirect("/there"), redirect(f"{other.url}/a/main.zip?token=secret")]
        copy = download.get(download.server.url.replace("http://", "http://me:s%40cret@") + "/here/")
        assert copy.path.read_bytes() == OTHER
        assert copy.address == f"{download.server.url}/here/"
        assert copy.path.name == "main.zip"
        assert download.server.asked("authorization") == ["Basic bWU6c0BjcmV0"] * 2
        assert other.asked("authorization") == [None]


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:text/plain,x", "//\x7f/x", "", "HTTPX://a/b"]
)
def test_a_redirect_away_from_the_web_is_refused(download: Downloader, target: str) -> None:
    download.server.script = [redirect(target)]
    assert "redirects to " in download.refused()
    assert len(download.server.requests) == 1


def test_encryption_is_never_left() -> None:
    from kg.runtime.download.answers import Failure, _followed

    assert _followed("http://a.org/x", "https://a.org/x") == "https://a.org/x"
    assert _followed("https://a.org/x/y", "../z?a=b#c") == "https://a.org/z?a=b"
    with pytest.raises(Failure, match=r"redirects to http://a\.org/x\?\.\.\., which is not followed"):
        _followed("https://a.org/x", "http://me:pw@a.org/x?secret")


def test_redirects_are_bounded(download: Downloader) -> None:
    download.server.script = [redirect("/again")] * 20
    assert "(more than 10 redirects)" in download.refused()
    assert len(download.server.requests) == 11


# -- digests, names and secrets


def test_a_stated_digest_is_checked_and_needs_no_server_afterwards(download: Downloader) -> None:
    copy = download.get(f"/x.tar.gz#sha256={DIGEST.upper()}")
    assert download.get(f"/x.tar.gz#sha256={DIGEST}") == copy
    assert len(download.server.requests) == 1
    assert f"its SHA-256 is {DIGEST}, not {'1' * 64}" in download.refused(f"/x.tar.gz#sha256={'1' * 64}")
    assert f"its SHA-256 is {DIGEST}, not {'1' * 64}" in download.refused(f"/z.zip#sha256={'1' * 64}")
    assert "needs the 64 hexadecimal digits" in download.refused("/x.tar.gz#sha256=12")


def test_the_server_may_name_the_file(download: Downloader) -> None:
    download.server.script = [answer(200, {"Content-Disposition": 'attachment; filename="../../a b.gmt"'}, BODY)]
    assert download.get("/files/123/content").path.name == "a b.gmt"


@pytest.mark.parametrize(
    "text", ["https://", "https:///x", "https://a b/c", "https://[::1/x", "http://a:99999/x", "https://a/\n"]
)
def test_an_address_that_is_none_is_refused_without_its_secrets(text: str) -> None:
    with pytest.raises(SourceError, match="not an address"):
        addresses.read(text)
    with pytest.raises(SourceError) as caught:
        addresses.read(text.replace("//", "//me:secret/secret@") + "\x00?secret")
    assert "secret" not in str(caught.value)


def test_no_secret_is_in_any_file_name_message_or_record(download: Downloader) -> None:
    secret = download.server.url.replace("//", "//user:hunter2@") + "/x.tar.gz?token=hunter2#hunter2"
    download.server.script = [cut(100), *[answer(500)] * 3]
    assert "hunter2" not in download.refused(secret)
    copy = download.get(secret)
    assert "hunter2" not in str(copy) + str(download.stages)
    for path in download.folder.rglob("*"):
        assert "hunter2" not in str(path)
        assert path.is_dir() or b"hunter2" not in path.read_bytes()


def test_only_one_process_downloads_an_address(download: Downloader) -> None:
    from kg.runtime.temporary import locked

    place = download.get().path.parent.parent
    with (place / "lock").open() as file:
        assert locked(file.fileno())
        assert download.refused().endswith("another process is downloading it; wait for it")


def test_a_full_disk_leaves_the_part_and_names_the_folder(download: Downloader, tmp_path: Path) -> None:
    (tmp_path / "downloads").write_text("a file where the folder should be")
    assert "make room there, or set XDG_CACHE_HOME" in download.refused()
