// SPDX-License-Identifier: GPL-2.0
/*
 * The labs whose host machine is a QEMU process: tcg emulates one with AMD's
 * SVM on any machine, icount does so in virtual time, kvm nests one where the
 * hardware can.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "lab.h"

#define QEMU "qemu-system-x86_64"

/*
 * Not "quiet": WARN() prints its text at KERN_WARNING. After a panic the
 * machine stays as it is, and pvlab, which reads the console, ends it.
 */
#define HOST_CMDLINE "console=ttyS0,115200 loglevel=5 panic=0 pvsched.role=host"

/*
 * An emulated CPU waits its turn on the real ones: calibration against a
 * timer may fail and long pauses are no bug, within reason.
 */
#define TCG_CMDLINE	"no_timer_check watchdog_thresh=30 rcupdate.rcu_cpu_stall_timeout=60"

/*
 * QEMU (7.2) delivers an interrupt that VMRUN injects, but leaves its vector
 * behind as that of a pending exception; if something asks the emulated CPU to
 * leave its loop just then, the vector is delivered once more, to a guest that
 * has disabled interrupts. And with more than one thread and nested paging a
 * vCPU may go on at the instruction that follows the host's VMRUN. Either is the
 * end of the guest. Shadow pages and a host that ticks make it seldom; a load
 * should have few page faults, see tests/run/test/load.c. The other CPUs come up
 * later, see tests/run/hold.c.
 */
#define MTTCG_CMDLINE	TCG_CMDLINE " kvm_amd.npt=0 maxcpus=1 nohz=off highres=off"

char *host__cmdline(const struct lab *lab, const char *more)
{
	return str__format(HOST_CMDLINE "%s%s%s%s", *more ? " " : "", more,
			   *lab->append ? " " : "", lab->append);
}

char *host__bzimage(const struct lab *lab)
{
	char *path = str__format("%s/arch/x86/boot/bzImage", lab->host);

	return path__exists(path) ? path : str__format("%s", lab->host);
}

static bool parameter__is_on(const char *path)
{
	char *text = file__text(path);

	return text && (*text == 'Y' || *text == '1');
}

const char *kvm__missing(void)
{
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);

	if (fd >= 0) {
		close(fd);
		return NULL;
	}
	if (!path__exists("/dev/kvm"))
		return "no /dev/kvm on this machine; tcg and bochs do without";
	return "no permission for /dev/kvm: become root or join the group kvm";
}

static const char *qemu__missing(const struct lab *lab)
{
	(void)lab;
	if (!path__in_path(QEMU))
		return QEMU " is not installed: apt install qemu-system-x86";
	return NULL;
}

static const char *nested__missing(const struct lab *lab)
{
	const char *missing = kvm__missing();

	if (missing)
		return missing;
	if (!parameter__is_on("/sys/module/kvm_intel/parameters/nested") &&
	    !parameter__is_on("/sys/module/kvm_amd/parameters/nested"))
		return "KVM does not nest here: load kvm_intel or kvm_amd with nested=1";
	return qemu__missing(lab);
}

static void qemu__prepare(const struct lab *lab, struct command *cmd,
			  const char *accel, const char *cpu,
			  const char *append)
{
	const char * const args[] = {
		QEMU, "-M", "q35", "-accel", accel, "-cpu", cpu,
		"-smp", str__format("%d", lab->pcpus),
		"-m", str__format("%dM", lab->mem),
		"-nodefaults", "-no-user-config", "-display", "none",
		"-no-reboot", "-rtc", "base=2020-01-01",
		"-serial", str__format("file:%s/host-console.log", lab->out),
		"-serial", str__format("file:%s/channel.log", lab->out),
		"-kernel", host__bzimage(lab),
		"-initrd", lab__file(lab, "host.cpio"),
		"-append", host__cmdline(lab, append),
	};

	for (size_t i = 0; i < ARRAY_SIZE(args); i++)
		command__add(cmd, args[i]);
}

static void tcg__prepare(const struct lab *lab, struct command *cmd)
{
	qemu__prepare(lab, cmd, "tcg,thread=multi", "EPYC,+svm,+npt",
		      MTTCG_CMDLINE);
	/* A triple fault ends QEMU without a word; keep the registers. */
	command__add(cmd, "-d");
	command__add(cmd, "cpu_reset");
	command__add(cmd, "-D");
	command__add(cmd, str__format("%s/cpu-reset.log", lab->out));
}

/*
 * A nanosecond an instruction. Of several CPUs one would run until it pauses,
 * so there is one. RDRAND is random.
 */
static void icount__prepare(const struct lab *lab, struct command *cmd)
{
	const char * const args[] = {
		"-icount", "shift=0,sleep=off", "-rtc", "base=2020-01-01,clock=vm",
	};

	if (lab->pcpus != 1)
		die("lab icount has one CPU: give --pcpus=1");
	qemu__prepare(lab, cmd, "tcg,thread=single", "EPYC,+svm,+npt,-rdrand",
		      TCG_CMDLINE);
	for (size_t i = 0; i < ARRAY_SIZE(args); i++)
		command__add(cmd, args[i]);
}

static void kvm__prepare(const struct lab *lab, struct command *cmd)
{
	qemu__prepare(lab, cmd, "kvm", "host,migratable=no", "");
}

const struct machine machine_tcg = {
	.name = "tcg",
	.mem = 3072,
	.boot_limit = 120,
	.packs_host = true,
	.missing = qemu__missing,
	.prepare = tcg__prepare,
};

const struct machine machine_icount = {
	.name = "icount",
	.mem = 3072,
	.boot_limit = 240,
	.packs_host = true,
	.is_virtual = true,
	.missing = qemu__missing,
	.prepare = icount__prepare,
};

const struct machine machine_kvm = {
	.name = "kvm",
	.mem = 4096,
	.boot_limit = 60,
	.packs_host = true,
	.missing = nested__missing,
	.prepare = kvm__prepare,
};
