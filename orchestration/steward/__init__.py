"""What people see of a submission: on the terminal, as a page, a list, a marked workbook."""
