"""Pictures, drawn by typst from data alone: no page is fetched and no package is loaded."""
