/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The guest's assembler: instructions that are executed with every register
 * set, from each mode of the CPU, and the way in after INIT and SIPI.
 *
 * GS has the address of struct fuzz_cpu in every mode; nothing here needs a
 * register to find it.
 */
#include "fuzz.h"

#define MSR_EFER		0xc0000080
#define MSR_GS_BASE		0xc0000101
#define EFER_LME_NXE		0x900
#define CR0_PG			0x80000000
#define CR0_LONG		0x80000031	/* PG, NE, ET, PE */

/* A label of the page that runs at FUZZ_LOW. */
#define LOW(label)		(FUZZ_LOW + label - fuzz_low)

	.macro FUZZ_REGS64 op
	\op	0x00, %rax
	\op	0x08, %rbx
	\op	0x10, %rcx
	\op	0x18, %rdx
	\op	0x20, %rsi
	\op	0x28, %rdi
	\op	0x30, %rbp
	\op	0x38, %r8
	\op	0x40, %r9
	\op	0x48, %r10
	\op	0x50, %r11
	\op	0x58, %r12
	\op	0x60, %r13
	\op	0x68, %r14
	\op	0x70, %r15
	.endm

	.macro FUZZ_REGS32 op
	\op	0x00, %eax
	\op	0x08, %ebx
	\op	0x10, %ecx
	\op	0x18, %edx
	\op	0x20, %esi
	\op	0x28, %edi
	\op	0x30, %ebp
	.endm

	.macro FUZZ_LOAD offset, reg
	mov	%gs:(FUZZ_IN + \offset), \reg
	.endm

	.macro FUZZ_STORE offset, reg
	mov	\reg, %gs:(FUZZ_OUT + \offset)
	.endm

	.macro FUZZ_PUSH
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rsp, %gs:FUZZ_RSP
	.endm

	.text
	.code64

/* void fuzz_exec(void): interrupts are off when it returns. */
	.globl	fuzz_exec
fuzz_exec:
	FUZZ_PUSH
	pushq	%gs:(FUZZ_IN + 0x78)
	FUZZ_REGS64 FUZZ_LOAD
	popfq
	jmp	*%gs:FUZZ_INSN

/* Targets of FUZZ_INSN: other segments, and ring 3. */
	.globl	fuzz_far
fuzz_far:
	ljmpl	*%gs:FUZZ_FAR

	.globl	fuzz_user
fuzz_user:
	pushq	$FUZZ_USER_DS
	pushq	$0
	pushq	%gs:(FUZZ_IN + 0x78)
	pushq	%gs:FUZZ_USER_CS
	pushq	%gs:FUZZ_USER_RIP
	iretq

	.globl	fuzz_done
fuzz_done:
	FUZZ_REGS64 FUZZ_STORE
	mov	%rsp, %gs:FUZZ_RSP_OUT
	pushfq
	popq	%gs:(FUZZ_OUT + 0x78)
	cli
fuzz_leave:
	mov	%gs:FUZZ_RSP, %rsp
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret

/* The gate of ring 3, on the stack that the TSS names. */
	.globl	fuzz_user_done
fuzz_user_done:
	FUZZ_REGS64 FUZZ_STORE
	mov	16(%rsp), %rax
	mov	%rax, %gs:(FUZZ_OUT + 0x78)
	mov	%gs:FUZZ_RSP, %rax
	mov	%rax, %gs:FUZZ_RSP_OUT
	mov	$FUZZ_DS, %eax
	mov	%eax, %ss
	jmp	fuzz_leave

/* void fuzz_real(void): the instruction at FUZZ_FAR's offset, in real mode. */
	.globl	fuzz_real
fuzz_real:
	FUZZ_PUSH
	cli
	lidt	%gs:FUZZ_REAL_IDTR
	pushq	$FUZZ_CS32
	pushq	$LOW(fuzz_low_leave)
	lretq
fuzz_real_done:
	lidt	%gs:FUZZ_IDTR
	jmp	fuzz_leave

/*
 * void fuzz_halt(void): halt with interrupts on, as an idle task does. No interrupt
 * comes between STI and HLT, or the halt would wait for one that has come already.
 */
	.globl	fuzz_halt, fuzz_halt_hlt
fuzz_halt:
	sti
fuzz_halt_hlt:
	hlt
	cli
	ret

/* The first start of a vCPU, with its struct fuzz_cpu in RDI. */
	.globl	fuzz_start
fuzz_start:
	mov	%edi, %esi
fuzz_restart:
	mov	%esi, %esi
	mov	FUZZ_STACK(%rsi), %rsp
	lgdt	FUZZ_GDTR(%rsi)
	lidt	FUZZ_IDTR(%rsi)
	mov	$FUZZ_USER_DS, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %fs
	mov	%eax, %gs
	mov	$FUZZ_DS, %eax
	mov	%eax, %ss
	/* LTR takes no TSS that is busy already. */
	mov	(FUZZ_GDTR + 2)(%rsi), %rax
	movb	$0x89, (FUZZ_TSS + 5)(%rax)
	mov	$FUZZ_TSS, %eax
	ltr	%ax
	mov	$MSR_GS_BASE, %ecx
	mov	%esi, %eax
	xor	%edx, %edx
	wrmsr
	call	fuzz_guest_main
	ud2

/* Each instruction from each mode, with a name of its own for the faults. */
	.macro FUZZ_STUBS name, insn:vararg
	.globl	fuzz_\name\()_64, fuzz_\name\()_32, fuzz_\name\()_user
	.code64
fuzz_\name\()_64:
	\insn
	jmp	fuzz_done
	.code32
fuzz_\name\()_32:
	\insn
	ljmp	$FUZZ_CS64, $fuzz_done
	.code64
fuzz_\name\()_user:
	\insn
	int	$FUZZ_GATE
	.endm

	.balign	4096
	.globl	fuzz_user_page
fuzz_user_page:
	FUZZ_STUBS vmcall, vmcall
	FUZZ_STUBS vmmcall, vmmcall
	FUZZ_STUBS wrmsr, wrmsr
	FUZZ_STUBS rdmsr, rdmsr
	.balign	4096

/*
 * What runs at FUZZ_LOW, where addresses of real mode and of all others are
 * the same. It begins with the way in after a SIPI.
 */
	.code16
	.globl	fuzz_low
fuzz_low:
	cli
	ljmp	$0, $LOW(fuzz_low_in)
fuzz_low_in:
	xor	%ax, %ax
	mov	%ax, %ds
	mov	$1, %eax
	cpuid
	shr	$24, %ebx
	mov	LOW(fuzz_low_table)(, %ebx, 4), %esi
	lgdtl	LOW(fuzz_low_gdtr)
	mov	%cr0, %eax
	or	$1, %al
	mov	%eax, %cr0
	ljmpl	$FUZZ_CS32, $LOW(fuzz_low_long)

	.code32
fuzz_low_long:
	mov	$FUZZ_DS, %eax
	mov	%eax, %ds
	mov	LOW(fuzz_low_cr4), %eax
	mov	%eax, %cr4
	mov	LOW(fuzz_low_cr3), %eax
	mov	%eax, %cr3
	mov	$MSR_EFER, %ecx
	rdmsr
	or	$EFER_LME_NXE, %eax
	wrmsr
	mov	$CR0_LONG, %eax
	mov	%eax, %cr0
	ljmp	$FUZZ_CS64, $fuzz_restart

/* From long mode to real mode and back. */
fuzz_low_leave:
	mov	%cr0, %eax
	and	$~CR0_PG, %eax
	mov	%eax, %cr0
	ljmp	$FUZZ_CS16, $LOW(fuzz_low_protected)
	.code16
fuzz_low_protected:
	mov	%cr0, %eax
	and	$~1, %eax
	mov	%eax, %cr0
	ljmp	$0, $LOW(fuzz_low_real)
fuzz_low_real:
	FUZZ_REGS32 FUZZ_LOAD
	jmp	*%gs:FUZZ_FAR
fuzz_low_real_done:
	FUZZ_REGS32 FUZZ_STORE
	mov	%cr0, %eax
	or	$1, %al
	mov	%eax, %cr0
	ljmpl	$FUZZ_CS32, $LOW(fuzz_low_back)
	.code32
fuzz_low_back:
	mov	%cr0, %eax
	or	$CR0_PG, %eax
	mov	%eax, %cr0
	ljmp	$FUZZ_CS64, $fuzz_real_done

	.code16
	.macro FUZZ_LOW_STUBS name, insn:vararg
	.globl	fuzz_\name\()_16, fuzz_\name\()_real
fuzz_\name\()_16:
	\insn
	ljmpl	$FUZZ_CS64, $fuzz_done
fuzz_\name\()_real:
	\insn
	jmp	fuzz_low_real_done
	.endm

	FUZZ_LOW_STUBS vmcall, vmcall
	FUZZ_LOW_STUBS vmmcall, vmmcall
	FUZZ_LOW_STUBS wrmsr, wrmsr
	FUZZ_LOW_STUBS rdmsr, rdmsr

/* Of every vector in real mode. */
	.globl	fuzz_low_iret
fuzz_low_iret:
	iret

/* Filled in by userspace. */
	.balign	8
	.globl	fuzz_low_gdtr, fuzz_low_cr3, fuzz_low_cr4, fuzz_low_table, fuzz_low_end
fuzz_low_gdtr:
	.skip	8
fuzz_low_cr3:
	.long	0
fuzz_low_cr4:
	.long	0
fuzz_low_table:
	.skip	4 * 256
fuzz_low_end:
	.code64

	.section .note.GNU-stack, "", %progbits
