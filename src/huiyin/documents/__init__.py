"""Papers (文书) as the state prescribes: one content, drawn as page, PDF and DOCX."""
