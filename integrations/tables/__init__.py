"""Files of rows: CSV, XLSX and vCard, read into lines of text and written from them. Knows no CRM."""
