"""The form of a new session as a chair fills it in, and what comes of it."""

import html

from tests.web.chair_browser import ChairBrowser
from voting.domain.house import House
from voting.domain.sessions import Session

NEW = "/chair/sessions/new"
CONFIDENCE = {
    "title": "Lấy phiếu",
    "scale": "confidence",
    "mode": "quick",
    "codes": "12",
    "spares": "2",
    "pooled": "0",
    "version": "0",
    "people": "Nguyễn Văn An ; Trưởng phòng\nTrần Thị Bình ; Phó Trưởng phòng",
    "wish": "save",
}


def saved(house: House, location: str) -> Session:
    return house.store.session(location.rsplit("/", 1)[1])


def text_at(chair: ChairBrowser, path: str) -> str:
    return html.unescape(chair.get(path).text)
