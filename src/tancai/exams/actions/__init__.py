"""Writes of the exams room, one idea a file: sessions, papers, admissions, sittings, orders, the sweep."""
