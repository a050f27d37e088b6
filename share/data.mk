nobase_pkgdata_DATA += share/scribe/builtin.model share/scribe/ATTRIBUTION.md
EXTRA_DIST += share/scribe/builtin.model share/scribe/ATTRIBUTION.md
