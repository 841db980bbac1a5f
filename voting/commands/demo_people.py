"""Who there is in the organisation of `voting demo --organisation`: all of it invented."""

from dataclasses import dataclass
from typing import Final

PROVINCE: Final = "Tỉnh Lam Giang (dữ liệu thử)"
"""Says what it is, and is looked for before anything is made: an organisation of another name is somebody's own."""

DISTRICTS: Final = (
    ("TG", "Huyện Thượng Giang"),
    ("HG", "Huyện Hạ Giang"),
    ("GT", "Thị xã Giang Tân"),
)
UNITS: Final = (
    ("TG1", "Thị trấn Thượng Giang"),
    ("TG2", "Xã Bình Nguyên"),
    ("TG3", "Xã Bản Lường"),
    ("HG1", "Thị trấn Hạ Giang"),
    ("HG2", "Xã Phú Điền"),
    ("HG3", "Xã Tân Lập Đông"),
    ("GT1", "Phường Giang Đông"),
    ("GT2", "Phường Giang Tây"),
    ("GT3", "Xã Vĩnh Hải"),
)
"""(sign, name) of the base units; the sign begins with that of the district."""

GROUPS: Final = {"L": "Cán bộ lãnh đạo", "C": "Công chức chuyên môn", "D": "Mặt trận và các đoàn thể"}

_STAFF: Final = """
TG1 | Nguyễn Thị Hạnh | Bí thư Đảng ủy; Chủ tịch Hội đồng nhân dân | L | yes
TG1 | Hoàng Văn Thắng | Chủ tịch Ủy ban nhân dân | L | yes
TG1 | Lương Minh Tuấn | Phó Chủ tịch Ủy ban nhân dân | L | yes
TG1 | Đinh Thị Mai Hương | Công chức Văn phòng – Thống kê | C | yes
TG1 | Vi Văn Thành | Công chức Tài chính – Kế toán | C | no
TG1 | Trần Quốc Bảo | Công chức Địa chính – Xây dựng | C | yes
TG1 | Nông Thị Bích Đào | Chủ tịch Hội Liên hiệp Phụ nữ | D | yes
TG2 | Phạm Đức Long | Bí thư Đảng ủy | L | yes
TG2 | Lê Thị Kim Oanh | Chủ tịch Ủy ban nhân dân; Phó Bí thư Đảng ủy | L | yes
TG2 | Bùi Xuân Trường | Phó Chủ tịch Ủy ban nhân dân | L | yes
TG2 | Nguyễn Hữu Nghĩa | Công chức Tư pháp – Hộ tịch | C | no
TG2 | Đỗ Thị Thanh Nga | Công chức Văn hóa – Xã hội | C | no
TG2 | Phan Văn Lực | Công chức Tài chính – Kế toán | C | no
TG2 | Cao Thị Diễm | Chủ tịch Ủy ban Mặt trận Tổ quốc | D | yes
TG3 | Lò Văn Pánh | Bí thư Đảng ủy; Chủ tịch Hội đồng nhân dân | L | yes
TG3 | Giàng A Páo | Chủ tịch Ủy ban nhân dân | L | yes
TG3 | Quàng Thị Hoa | Công chức Văn phòng – Thống kê | C | yes
TG3 | Cà Văn Sơn | Chỉ huy trưởng Ban Chỉ huy Quân sự | C | yes
TG3 | Vàng Thị Mỷ | Công chức Văn hóa – Xã hội | C | no
TG3 | Tòng Văn Ơn | Bí thư Đoàn Thanh niên | D | yes
HG1 | Trịnh Công Hiếu | Bí thư Đảng ủy | L | yes
HG1 | Võ Thị Thu Hà | Chủ tịch Ủy ban nhân dân | L | yes
HG1 | Nguyễn Văn Hòa | Phó Chủ tịch Ủy ban nhân dân | L | yes
HG1 | Dương Thị Tuyết | Công chức Tài chính – Kế toán | C | yes
HG1 | Đặng Quang Huy | Công chức Tư pháp – Hộ tịch | C | yes
HG1 | Hồ Thị Ngọc Ánh | Công chức Văn phòng – Thống kê | C | yes
HG1 | Mai Văn Chính | Chủ tịch Ủy ban Mặt trận Tổ quốc; Trưởng ban Dân vận | D | yes
HG2 | Tô Thị Lệ Thủy | Bí thư Đảng ủy | L | yes
HG2 | Nguyễn Văn Hòa | Chủ tịch Ủy ban nhân dân | L | yes
HG2 | Thạch Sa Rươl | Phó Chủ tịch Ủy ban nhân dân | L | yes
HG2 | Sơn Thị Sa Ry | Công chức Văn hóa – Xã hội | C | no
HG2 | Lâm Chí Dũng | Công chức Địa chính – Nông nghiệp | C | no
HG2 | Huỳnh Thị Cẩm Tú | Công chức Văn phòng – Thống kê | C | no
HG2 | Châu Văn Lợi | Chủ tịch Hội Nông dân | D | yes
HG3 | Ngô Xuân Khoát | Bí thư Đảng ủy; Chủ tịch Hội đồng nhân dân | L | yes
HG3 | Tạ Thị Phương Thảo | Chủ tịch Ủy ban nhân dân | L | yes
HG3 | Y Blơk Niê | Công chức Tư pháp – Hộ tịch | C | no
HG3 | H’Lan Êban | Công chức Văn hóa – Xã hội | C | no
HG3 | Lý Gia Hưng | Công chức Tài chính – Kế toán | C | yes
HG3 | Kiều Thị Phượng | Chủ tịch Hội Liên hiệp Phụ nữ | D | yes
GT1 | Vũ Thị Lan Anh | Bí thư Đảng ủy | L | yes
GT1 | Đoàn Thế Vinh | Chủ tịch Ủy ban nhân dân | L | yes
GT1 | Chu Thị Minh Nguyệt | Phó Chủ tịch Ủy ban nhân dân | L | yes
GT1 | Phùng Văn Khải | Công chức Địa chính – Xây dựng – Đô thị | C | yes
GT1 | Hà Thị Thảo | Công chức Tư pháp – Hộ tịch | C | yes
GT1 | Tăng Vĩnh Phúc | Công chức Tài chính – Kế toán | C | yes
GT1 | Lưu Bá Định | Chủ tịch Hội Cựu chiến binh | D | yes
GT2 | Trương Thị Hồng Nhung | Bí thư Đảng ủy; Chủ tịch Hội đồng nhân dân | L | yes
GT2 | Nguyễn Cát Tường | Chủ tịch Ủy ban nhân dân | L | yes
GT2 | Quách Thu Trang | Phó Chủ tịch Ủy ban nhân dân | L | yes
GT2 | Đào Anh Tú | Công chức Văn phòng – Thống kê | C | no
GT2 | Lương Thị Út | Công chức Văn hóa – Xã hội | C | no
GT2 | Thái Văn Dương | Công chức Địa chính – Xây dựng – Đô thị | C | yes
GT2 | Nghiêm Thị Vân | Bí thư Đoàn Thanh niên; Công chức Lao động – Thương binh và Xã hội | D | yes
GT3 | Mạc Văn Toản | Bí thư Đảng ủy | L | yes
GT3 | Tôn Nữ Thị Ngọc Quỳnh Trâm | Chủ tịch Ủy ban nhân dân | L | yes
GT3 | Kim Văn Ngư | Công chức Tài chính – Kế toán | C | yes
GT3 | Bá Thị Yên | Công chức Văn phòng – Thống kê | C | yes
GT3 | Ninh Văn Giáp | Chỉ huy trưởng Ban Chỉ huy Quân sự | C | yes
GT3 | Từ Thị Hiền | Chủ tịch Hội Nông dân | D | no
"""


@dataclass(frozen=True)
class Evaluated:
    """One person; `unit` is the sign of a unit, `number` what the organisation calls the person."""

    number: str
    name: str
    unit: str
    positions: tuple[str, ...]
    group: str
    member: bool


def people() -> list[Evaluated]:
    """Read the table above: sixty people, two of whom have the same name."""
    found = []
    for count, line in enumerate(_STAFF.strip().splitlines(), 1):
        unit, name, posts, group, member = (part.strip() for part in line.split("|"))
        positions = tuple(posts.split("; "))
        found.append(Evaluated(f"LG-{count:03}", name, unit, positions, GROUPS[group], member == "yes"))
    return found
