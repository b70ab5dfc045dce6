# SPDX-License-Identifier: GPL-2.0
# Look with a clock that is behind.
s/return (s64)(now - \(.*\)) >= (s64)/return now - \1 >= /
