"""Every sentence the report can print, one table a language, with the same keys and the same blanks."""
