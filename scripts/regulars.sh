#!/bin/sh
# The command line where everything is built already, as in the image: bin/regulars beside dist. See docs/operations.md.
exec node --enable-source-maps --max-semi-space-size=64 "$(dirname "$0")/../dist/apps/cli/src/main.js" "$@"
