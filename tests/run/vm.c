// SPDX-License-Identifier: GPL-2.0
/*
 * One VM, and the set of VMs of a scenario.
 *
 * A VM is a QEMU process with two serial ports. The first is the console and
 * goes to a file. The second is a Unix socket to the
 * agent in the guest (tests/init/agent.c), which answers one command line at a time:
 *
 *	agent	ready NCPUS		once, when the guest is up
 *	pvrun	COMMAND
 *	agent	= a line of output	any number of times
 *	agent	. STATUS
 *
 * Everything has a time limit. A VM that dies or does not answer is reported
 * once, with the end of its console, and counts as lost from then on.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "console.h"
#include "file.h"
#include "monitor.h"
#include "options.h"
#include "out.h"
#include "qemu.h"
#include "vm.h"

#define MAX_INPUT	65536

/* Each QEMU of the VM has files of its own. */
static void vm__name_files(struct vm *vm)
{
	char base[40];

	snprintf(base, sizeof(base), "/tmp/pvrun.%d.vm%d", getpid(), vm->id);
	if (vm->moves)
		snprintf(base + strlen(base), sizeof(base) - strlen(base), ".%d", vm->moves);
	snprintf(vm->console, sizeof(vm->console), "%s.console", base);
	snprintf(vm->socket, sizeof(vm->socket), "%s.agent", base);
	snprintf(vm->monitor, sizeof(vm->monitor), "%s.monitor", base);
	snprintf(vm->messages, sizeof(vm->messages), "%s.qemu", base);
}

static void vm__init(struct vm *vm, int id, int vcpus)
{
	vm->id = id;
	vm->vcpus = vcpus;
	vm->fd = -1;
	vm__name_files(vm);
}

/* Lay out @vms measured VMs of @vcpus each, and @burns of one vCPU a CPU. */
int vms__init(struct vm_set *set, int vms, int vcpus, int burns)
{
	int i;

	memset(set, 0, sizeof(*set));
	if (vms < 1 || burns < 0 || vms + burns > MAX_VMS || vcpus < 1)
		return out__error("%d VMs of %d vCPUs: at most %d VMs", vms,
				  vcpus, MAX_VMS);
	set->count = vms + burns;
	set->measured = vms;
	for (i = 0; i < set->count; i++)
		vm__init(&set->vm[i], i + 1, i < vms ? vcpus : opt.pcpus);
	return 0;
}

static int vm__lost(struct vm *vm, const char *what)
{
	char message[256] = "";

	if (!vm->lost) {
		file__read(vm->messages, message, sizeof(message));
		message[strcspn(message, "\n")] = '\0';
		out__error("lost vm%d: %s%s%s; its console ended with:", vm->id,
			   what, *message ? "; QEMU said: " : "", message);
		console__tail(vm->console);
		monitor__print_registers(vm->monitor);
	}
	vm->lost = true;
	return -1;
}

static void vm__exec(const struct vm *vm, const struct vm_boot *boot, pid_t parent)
{
	int fd = open(vm->messages, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	setpgid(0, 0);
	dup2(open("/dev/null", O_RDONLY), 0);
	dup2(fd, 1);
	dup2(fd, 2);
	qemu__exec(vm, boot);
}

static int vm__start(struct vm *vm, const struct vm_boot *boot)
{
	pid_t parent = getpid();

	if (!vm->input)
		vm->input = malloc(MAX_INPUT);
	vm->pid = vm->input ? fork() : -1;
	if (!vm->pid)
		vm__exec(vm, boot, parent);
	if (vm->pid < 0)
		return out__error("cannot start vm%d: %m", vm->id);
	return 0;
}

static bool vm__has_exited(struct vm *vm)
{
	if (vm->pid > 0 && waitpid(vm->pid, NULL, WNOHANG) == vm->pid)
		vm->pid = 0;
	return !vm->pid;
}

static int vm__connect(struct vm *vm)
{
	double end = clock__deadline(opt.timeout);

	while ((vm->fd = socket__connect(vm->socket)) < 0) {
		bool exited = vm__has_exited(vm);

		if (exited || now() > end)
			return vm__lost(vm, exited ? "QEMU ended at once" :
						     "QEMU does not come up");
		usleep(10000);
	}
	return 0;
}

/* Wait for more input until @end; say what happened if there is none. */
static int vm__fill(struct vm *vm, double end)
{
	struct pollfd pfd = { .fd = vm->fd, .events = POLLIN };
	double left = end - now();
	ssize_t got;
	int ret;

	ret = left > 0 ? poll(&pfd, 1, left * 1000 + 1) : 0;
	if (ret < 0 && errno == EINTR)
		return 0;
	if (ret <= 0)
		return vm__lost(vm, "no answer within the time limit");
	if (vm->input_len == MAX_INPUT)
		return vm__lost(vm, "its agent sent a line without an end");
	got = read(vm->fd, vm->input + vm->input_len, MAX_INPUT - vm->input_len);
	if (got <= 0)
		return vm__lost(vm, "it stopped");
	vm->input_len += got;
	return 0;
}

/* One line of the agent, without its end. The caller frees it. */
static char *vm__line(struct vm *vm, double end)
{
	char *line, *newline;
	size_t len;

	while (!(newline = memchr(vm->input, '\n', vm->input_len)))
		if (vm->lost || vm__fill(vm, end))
			return NULL;
	len = newline - vm->input;
	line = strndup(vm->input, len);
	vm->input_len -= len + 1;
	memmove(vm->input, newline + 1, vm->input_len);
	if (line)
		line[strcspn(line, "\r")] = '\0';
	return line;
}

static int vm__await_ready(struct vm *vm, double end)
{
	int vcpus = 0;
	char *line;

	while (!vcpus) {
		line = vm__line(vm, end);
		if (!line)
			return -1;
		if (sscanf(line, "ready %d", &vcpus) != 1)
			vcpus = 0;
		free(line);
	}
	if (vcpus != vm->vcpus)
		return out__error("vm%d came up with %d of %d vCPUs", vm->id,
				  vcpus, vm->vcpus);
	return 0;
}

/* The kernel of a VM that runs starts another one in its place. */
int vm__await_restart(struct vm *vm)
{
	return vm__await_ready(vm, clock__deadline(opt.timeout));
}

/* Start all VMs. None is given work before the last one is ready. */
int vms__start(struct vm_set *set, const struct vm_boot *boot)
{
	double end;
	int i;

	for (i = 0; i < set->count; i++)
		if (vm__start(&set->vm[i], boot))
			return -1;
	for (i = 0; i < set->count; i++)
		if (vm__connect(&set->vm[i]))
			return -1;
	end = clock__deadline(opt.timeout);
	for (i = 0; i < set->count; i++)
		if (vm__await_ready(&set->vm[i], end))
			return -1;
	return 0;
}

static void vm__kill(struct vm *vm)
{
	if (vm->pid > 0) {
		kill(-vm->pid, SIGKILL);
		kill(vm->pid, SIGKILL);
		waitpid(vm->pid, NULL, 0);
	}
	vm->pid = 0;
	if (vm->fd >= 0)
		close(vm->fd);
	vm->fd = -1;
}

/* End all VMs. Their logs stay, until vms__remove(). */
void vms__stop(struct vm_set *set)
{
	int i;

	for (i = 0; i < set->count; i++)
		vm__kill(&set->vm[i]);
}

void vms__remove(struct vm_set *set)
{
	int i;

	for (i = 0; i < set->count; i++) {
		struct vm *vm = &set->vm[i];

		free(vm->input);
		vm->input = NULL;
		unlink(vm->socket);
		unlink(vm->monitor);
		if (vm->lost && !strcmp(opt.lab, "metal")) {
			out__note("vm%d's console is in %s", vm->id, vm->console);
			continue;
		}
		unlink(vm->console);
		unlink(vm->messages);
	}
}

static int vm__vtell(struct vm *vm, const char *fmt, va_list ap)
{
	char line[1024];
	int len = vsnprintf(line, sizeof(line) - 1, fmt, ap);

	if (len >= (int)sizeof(line) - 1)
		return out__error("command too long for the agent: %.60s...", line);
	line[len++] = '\n';
	if (vm->lost || send(vm->fd, line, len, MSG_NOSIGNAL) != len)
		return vm__lost(vm, "it takes no commands");
	return 0;
}

/* Send a command and do not wait for its answer. */
int vm__tell(struct vm *vm, const char *fmt, ...)
{
	va_list ap;
	int ret;

	va_start(ap, fmt);
	ret = vm__vtell(vm, fmt, ap);
	va_end(ap);
	return ret;
}

/* The answer to the last command. The caller frees reply->text. */
int vm__reply(struct vm *vm, struct reply *reply, double seconds)
{
	double end = clock__deadline(seconds);
	size_t size;
	FILE *text;
	char *line;

	memset(reply, 0, sizeof(*reply));
	text = open_memstream(&reply->text, &size);
	if (!text)
		return out__error("no memory for an answer of vm%d", vm->id);
	while ((line = vm__line(vm, end))) {
		bool last = line[0] == '.';

		if (last)
			reply->status = atoi(line + 1);
		else if (!strncmp(line, "= ", 2))
			fprintf(text, "%s\n", line + 2);
		free(line);
		if (last)
			break;
	}
	fclose(text);
	if (line)
		return 0;
	free(reply->text);
	reply->text = NULL;
	return -1;
}

/* A command that may fail: its status is the caller's to judge. */
int vm__ask(struct vm *vm, struct reply *reply, const char *fmt, ...)
{
	va_list ap;
	int ret;

	va_start(ap, fmt);
	ret = vm__vtell(vm, fmt, ap);
	va_end(ap);
	return ret ? ret : vm__reply(vm, reply, opt.timeout);
}

/* A command that must succeed. */
int vm__do(struct vm *vm, const char *fmt, ...)
{
	struct reply reply;
	char command[128];
	va_list ap;
	int ret;

	va_start(ap, fmt);
	vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	va_start(ap, fmt);
	ret = vm__vtell(vm, fmt, ap);
	va_end(ap);
	if (ret || vm__reply(vm, &reply, opt.timeout))
		return -1;
	if (reply.status)
		ret = out__error("vm%d: `%s` failed with %d: %.200s", vm->id,
				 command, reply.status, reply.text);
	free(reply.text);
	return ret;
}

/* Shut the guest down in its own way, and wait for QEMU to end. */
int vm__poweroff(struct vm *vm)
{
	double end = clock__deadline(opt.timeout);

	if (vm__tell(vm, "poweroff"))
		return -1;
	while (!vm__has_exited(vm)) {
		if (now() > end)
			return vm__lost(vm, "it does not power off");
		usleep(20000);
	}
	return 0;
}

/* Suspend the VM to memory, wake it up, and see it come back. */
int vm__suspend(struct vm *vm)
{
	double end = clock__deadline(opt.timeout);
	struct reply reply;
	int ret;

	if (vm__tell(vm, "run echo mem > /sys/power/state"))
		return -1;
	while (!monitor__is_suspended(vm->monitor) && now() < end)
		usleep(200000);
	/* One that is awake refuses. */
	monitor__wake_up(vm->monitor);
	if (vm__reply(vm, &reply, opt.timeout))
		return -1;
	ret = reply.status ? out__error("vm%d does not go to sleep: %s", vm->id, reply.text) : 0;
	free(reply.text);
	return ret;
}

#define STATE		"/tmp/pvrun.state"
#define STATE_SOCKET	"unix:" STATE

/* What there is of the VM so far stays with @from. */
static struct vm vm__begin_move(struct vm *vm, const char *incoming)
{
	struct vm from = *vm;

	vm->moves++;
	vm__name_files(vm);
	vm->incoming = incoming;
	vm->fd = -1;
	vm->log_pos = 0;
	return from;
}

/* The one that is left has nothing more to say, and must not have complained. */
static int vm__leave(struct vm *from)
{
	int complaints;

	vm__kill(from);
	complaints = console__check(from->console, "vm", &from->log_pos);
	unlink(from->socket);
	unlink(from->monitor);
	unlink(from->messages);
	unlink(from->console);
	return complaints ? out__error("vm%d complained before it moved, see above", from->id) : 0;
}

static int vm__send_state(const struct vm *from, const char *to)
{
	double end = clock__deadline(opt.timeout);
	enum migration state;

	monitor__migrate(from->monitor, to);
	while ((state = monitor__migration(from->monitor)) == MIGRATION_RUNS && now() < end)
		usleep(20000);
	return state == MIGRATION_DONE ? 0 :
	       out__error("vm%d does not migrate: %s", from->id,
			  monitor__says(from->monitor, "info migrate"));
}

/* Before it waits for a VM nothing listens, and before that runs input is lost. */
static int vm__await_status(struct vm *vm, const char *status)
{
	double end = clock__deadline(opt.timeout);

	while (!monitor__shows_status(vm->monitor, status)) {
		if (vm__has_exited(vm) || now() > end)
			return vm__lost(vm, "QEMU does not take over");
		usleep(20000);
	}
	return 0;
}

int vm__migrate(struct vm *vm, const struct vm_boot *boot)
{
	struct vm from = vm__begin_move(vm, STATE_SOCKET);
	int ret;

	unlink(STATE);
	ret = vm__start(vm, boot) || vm__connect(vm) || vm__await_status(vm, "(inmigrate)") ||
	      vm__send_state(&from, STATE_SOCKET) || vm__await_status(vm, ": running");
	return vm__leave(&from) || ret ? -1 : 0;
}

int vm__save_and_restore(struct vm *vm, const struct vm_boot *boot)
{
	struct vm from = vm__begin_move(vm, "exec:cat " STATE);
	int ret = vm__send_state(&from, "exec:cat > " STATE);

	ret = vm__leave(&from) || ret || vm__start(vm, boot) || vm__connect(vm) ||
	      vm__await_status(vm, ": running");
	unlink(STATE);
	return ret ? -1 : 0;
}
