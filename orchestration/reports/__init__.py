"""Reports for a steward: a list for a spreadsheet, a page, the marked workbook, the template.

Everything here shows what the judge found; nothing here judges. What a partner wrote is hostile:
text stays text in every format.
"""
