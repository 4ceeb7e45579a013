"""The stand-in providers: schemas read from the installed SDKs, state in SQLite, behaviour in rows."""
