"""The record: schema, migrations, and one repository per aggregate over SQLAlchemy Core."""
