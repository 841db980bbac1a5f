"""Rules that nobody ships, and changed ones, for tests."""

import tomllib
from collections.abc import Callable
from typing import Any

MADE = """\
id = "house_rule"
scales = ["confidence"]
denominator = "present"
quorum = { figure = "present", of = "members", op = ">=", share = "1/2" }
names.vi = "Quy định của hội"
names.en = "Our rule"
citation.vi = "Điều lệ"
citation.en = "Statutes"

[cap]
level = 1
share = "1/5"
base = "good_only"

[[outcomes]]
id = "high"
level = 1
tone = "good"
words.vi = "Cao"
words.en = "High"
article.vi = "Điều 1"
article.en = "Article 1"
conditions = [{ levels = [1], op = ">", share = "2/3" }, { kind = "highest", levels = [1] }]

[[outcomes]]
id = "middle"
level = 2
words.vi = "Vừa"
words.en = "Middle"
conditions = [{ levels = [1, 2], op = ">=", share = "1/2" }]

[[outcomes]]
id = "low"
second_vote = true
words.vi = "Thấp"
words.en = "Low"
"""

CHOOSING = """\
id = "pick"
scales = ["choose"]
names.vi = "Chọn"
names.en = "Pick"

[[outcomes]]
id = "chosen"
words.vi = "Được chọn"
words.en = "Chosen"
conditions = [{ op = ">", share = "1/2" }, { kind = "rank", rank = 0 }]

[[outcomes]]
id = "again"
words.vi = "Bầu lại"
words.en = "Again"
conditions = [{ kind = "nobody", share = "1/2" }]
"""


def changed(change: Callable[[dict[str, Any]], object], text: str = MADE) -> dict[str, Any]:
    value = tomllib.loads(text)
    change(value)
    return value
