# SPDX-License-Identifier: GPL-2.0
# Move a task that may not migrate.
s/!is_migration_disabled(p)/true/
