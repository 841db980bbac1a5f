"""The scales that a line of a sheet is voted on, with their words in both languages.

A scale is data: the order of its labels is the order on the phone, in the election and in the result. Words and order
are those of the rules they come from (confidence votes: NQ 96/2023; classification: QĐ 366; motions: RONR).
"""

from dataclasses import dataclass
from typing import Final, Literal

from voting.errors import MalformedSheet

Language = Literal["vi", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("vi", "en")


@dataclass(frozen=True)
class Scale:
    """A way to answer one line. `labels[language]` has one word per level, best first; or nothing."""

    id: str
    names: dict[Language, str]
    labels: dict[Language, tuple[str, ...]]

    @property
    def chooses_people(self) -> bool:
        """Whether the people are the answers of one single line (choose up to k of n) instead of a line each."""
        return self.id == "choose"

    @property
    def has_own_labels(self) -> bool:
        """Whether the sheet brings the labels."""
        return self.id == "own"


_ALL: Final = (
    Scale(
        "confidence",
        {"vi": "Lấy phiếu tín nhiệm (3 mức)", "en": "Confidence vote (3 levels)"},
        {
            "vi": ("Tín nhiệm cao", "Tín nhiệm", "Tín nhiệm thấp"),
            "en": ("High confidence", "Confidence", "Low confidence"),
        },
    ),
    Scale(
        "vote_of_confidence",
        {"vi": "Bỏ phiếu tín nhiệm (2 mức)", "en": "Vote of confidence (2 levels)"},
        {"vi": ("Tín nhiệm", "Không tín nhiệm"), "en": ("Confidence", "No confidence")},
    ),
    Scale(
        "classification",
        {"vi": "Xếp loại hằng năm (4 mức)", "en": "Yearly classification (4 levels)"},
        {
            "vi": (
                "Hoàn thành xuất sắc nhiệm vụ",
                "Hoàn thành tốt nhiệm vụ",
                "Hoàn thành nhiệm vụ",
                "Không hoàn thành nhiệm vụ",
            ),
            "en": (
                "Excellent completion of duties",
                "Good completion of duties",
                "Completion of duties",
                "Duties not completed",
            ),
        },
    ),
    Scale(
        "approval",
        {"vi": "Đồng ý / Không đồng ý", "en": "Approve / Do not approve"},
        {"vi": ("Đồng ý", "Không đồng ý"), "en": ("Approve", "Do not approve")},
    ),
    Scale(
        "motion",
        {"vi": "Tán thành / Không tán thành / Không ý kiến", "en": "Yes / No / Abstain"},
        {"vi": ("Tán thành", "Không tán thành", "Không ý kiến"), "en": ("Yes", "No", "Abstain")},
    ),
    Scale("choose", {"vi": "Chọn tối đa k người trong danh sách", "en": "Choose up to k of the list"}, {}),
    Scale("own", {"vi": "Các mức tự đặt", "en": "Own labels"}, {}),
)
SCALES: Final[dict[str, Scale]] = {scale.id: scale for scale in _ALL}


def scale_of(identifier: str) -> Scale:
    """Find a scale by its identifier. Raises MalformedSheet with the identifiers there are."""
    try:
        return SCALES[identifier]
    except KeyError:
        raise MalformedSheet(
            f"There is no scale {identifier[:40]!r}; there are: {', '.join(SCALES)}.", ((0, "scale"),)
        ) from None
