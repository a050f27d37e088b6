#!/bin/sh
# The French catalogue is whole, and set as French is: a no-break space where one belongs.
. "$(dirname "$0")/lib.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
po=share/po/fr.po

# A French sentence has U+202F (or U+00A0) before ; ! ? » and after «, U+00A0 (or U+202F) before a colon;
# never a plain space.  Only msgstr lines count.
found=$(awk '
  /^msgid/ { translated = 0 }
  /^msgstr/ { translated = 1 }
  translated && /^(msgstr|")/ && !/^"[A-Z][A-Za-z-]*: / && / [;:!?]| »|« / { print FILENAME ":" FNR ": " $0 }' $po)
verdict "French no-break spaces stand before ; : ! ? and inside « »" "$found"

if ! command -v xgettext >/dev/null 2>&1 || ! command -v msgmerge >/dev/null 2>&1; then
  skipped "the French catalogue is whole" "there is no gettext"
  plan
  exit 0
fi

options=$(sed -n 's/^XGETTEXT_OPTIONS = //p' share/po/Makevars)
grep -v '^#' share/po/POTFILES.in >"$work/files"
# shellcheck disable=SC2086
xgettext $options --files-from="$work/files" -o "$work/fresh.pot" 2>"$work/said" || { cat "$work/said"; exit 1; }
# xgettext knows PRId64, and ends the message at any other macro (G_GINT64_FORMAT): %lld and a cast.
verdict "no message is cut short by a macro" "$(grep -n '^msgid.*[^%]%"$' "$work/fresh.pot" || true)"
msgmerge -q --no-fuzzy-matching -o "$work/fr.po" $po "$work/fresh.pot"
msgfmt -c -o "$work/fr.mo" "$work/fr.po" 2>"$work/said" && found= || found=$(cat "$work/said")
verdict "msgfmt is content with fr.po" "$found"
told "$(msgfmt --statistics -o "$work/fr.mo" "$work/fr.po" 2>&1)"

# Messages without a translation, and those that somebody still has to look at.
left=$(msgattrib --untranslated --no-wrap "$work/fr.po" | sed -n '1,/^$/d; s/^msgid /untranslated: /p'
  msgattrib --only-fuzzy --no-wrap "$work/fr.po" | sed -n '1,/^$/d; s/^msgid /fuzzy: /p')
verdict "the French catalogue is whole" "$left"
plan
