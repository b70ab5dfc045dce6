/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The option ROM through which Bochs's BIOS hands over the machine: from real
 * mode to 32-bit protected mode, then to stub.S. The GDT and the stub lie in
 * the RAM image that pvlab makes (see bochs.c for the layout).
 */
	.set	GDT, 0x103000
	.set	STUB, 0x102800
	.set	CODE32, 0x10
	.set	SIZE, 2048

	.code16
	.globl	_start
_start:
	.byte	0x55, 0xaa, SIZE / 512
	cli
	inb	$0x92, %al
	orb	$2, %al			/* open the A20 gate */
	outb	%al, $0x92
	movw	%cs, %ax
	movw	%ax, %ds
	lgdtl	gdtr - _start
	movl	%cr0, %eax
	orl	$1, %eax
	movl	%eax, %cr0
	ljmpl	*entry - _start

gdtr:	.word	0x3f
	.long	GDT
entry:	.long	STUB
	.word	CODE32
	.org	SIZE - 1
	.byte	0			/* pvlab puts the checksum here */
