"""Files that people print, keep and send in. Set before the first import of openpyxl: how it reads XML.

python-docx brings lxml, and openpyxl would use it where it finds it; then an external entity in an uploaded workbook is
no longer refused (FAULTS W6). With this it stays with defusedxml, which refuses every one.
"""

import os

os.environ["OPENPYXL_LXML"] = "False"
