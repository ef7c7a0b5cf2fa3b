# Sourced by what runs tests: makes a locale with a decimal comma, which some of them set.
# Usage: . tools/locale.sh FOLDER
if command -v localedef >/dev/null && [ -f /usr/share/i18n/locales/de_DE ]; then
    export LOCPATH=$PWD/$1/locale
    mkdir -p "$LOCPATH"
    [ -d "$LOCPATH/de_DE.utf8" ] || localedef -i de_DE -f UTF-8 "$LOCPATH/de_DE.utf8"
fi
