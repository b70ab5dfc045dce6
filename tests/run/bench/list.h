/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The benchmarks that run in scenarios. Each is a struct bench, called bench_NAME,
 * in a file of this folder.
 */
BENCH(ebizzy)
BENCH(yield)
BENCH(lock)
BENCH(locks)
BENCH(handover)
BENCH(cyclic)
BENCH(stress)
