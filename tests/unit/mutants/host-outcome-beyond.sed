# SPDX-License-Identifier: GPL-2.0
# Count beyond the last bucket.
s/return min(bucket, PVSCHED_HIST_BUCKETS - 1);/return bucket;/
