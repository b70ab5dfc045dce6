/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tests, in the order of "all". Each is a struct test, called test_NAME, in a
 * file of this folder that has its name.
 */
TEST(boot)
TEST(switch)
TEST(command_lab)
TEST(hotplug)
TEST(fold)
TEST(suspend)
TEST(migrate)
TEST(lock)
TEST(locktorture)
TEST(counters)
TEST(yield_directed)
TEST(control)
TEST(kexec)
TEST(pairing)
TEST(fairness)
TEST(sleepers)
TEST(slices)
TEST(capacity)
TEST(rough_host)
TEST(checks)
TEST(avic)
TEST(complaints)
TEST(complaints_host)
