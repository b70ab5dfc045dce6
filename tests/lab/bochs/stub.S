/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Enter the kernel the way a 64-bit boot loader does: long mode, the first
 * 4 GiB mapped one to one, boot_params in RSI. Runs at STUB; pvlab leaves the
 * kernel's physical entry point in the eight bytes before it.
 */
	.set	BOOT_PARAMS, 0x100000
	.set	STUB, 0x102800
	.set	ENTRY, STUB - 8
	.set	STACK, 0x102ff0
	.set	PML4, 0x104000
	.set	DATA, 0x18
	.set	CODE64, 0x20

	.set	CR4_PAE, 1 << 5
	.set	CR0_PG_PE, 0x80000001
	.set	MSR_EFER, 0xc0000080
	.set	EFER_LME, 1 << 8

	.code32
	.globl	_start
_start:
	movl	$DATA, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	movl	$STACK, %esp
	movl	%cr4, %eax
	orl	$CR4_PAE, %eax
	movl	%eax, %cr4
	movl	$PML4, %eax
	movl	%eax, %cr3
	movl	$MSR_EFER, %ecx
	rdmsr
	orl	$EFER_LME, %eax
	wrmsr
	movl	%cr0, %eax
	orl	$CR0_PG_PE, %eax
	movl	%eax, %cr0
	ljmp	$CODE64, $STUB + (long_mode - _start)

	.code64
long_mode:
	movl	$DATA, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	movl	%eax, %fs
	movl	%eax, %gs
	movl	$BOOT_PARAMS, %esi
	movq	ENTRY, %rax
	jmp	*%rax
