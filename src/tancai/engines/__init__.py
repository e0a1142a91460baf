"""Engines: pure Python and numeric libraries; they know no framework, no database and no clock."""
