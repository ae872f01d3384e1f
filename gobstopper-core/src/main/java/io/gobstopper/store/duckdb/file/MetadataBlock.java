package io.gobstopper.store.duckdb.file;

import java.nio.ByteBuffer;
import java.util.stream.IntStream;

/**
 * A block of a DuckDB file that describes tables. It begins with a checksum and has 64
 * parts. A checkpoint writes new parts into a block whose other parts are in use, so that
 * one which is interrupted may leave a checksum that fits neither the old parts nor the
 * new ones.
 *
 * @param location where it is in the file
 * @param unused the parts that are not in use, one bit for each
 * @param content what it contains, the lowest byte of a number first
 */
record MetadataBlock(long location, long unused, ByteBuffer content) {

	static final int PARTS = 64;

	private static final long SEED = 5381;

	private static final long FACTOR = 0xbf58476d1ce4e5b9L;

	private static final long INVERSE = inverse(FACTOR);

	static int partSize(int blockSize) {
		return (blockSize - Long.BYTES) / PARTS / Long.BYTES * Long.BYTES;
	}

	static int partStart(int part, int blockSize) {
		return Long.BYTES + part * partSize(blockSize);
	}

	/**
	 * Computes the checksum that DuckDB stores in front of a block.
	 * @param block a block or header of the file
	 * @return the checksum of all that follows the stored one
	 */
	static long checksum(ByteBuffer block) {
		long checksum = SEED;
		for (int offset = Long.BYTES; offset < block.limit(); offset += Long.BYTES) {
			checksum ^= block.getLong(offset) * FACTOR;
		}
		return checksum;
	}

	static boolean isWhole(ByteBuffer block) {
		return block.getLong(0) == checksum(block);
	}

	boolean isWhole() {
		return isWhole(this.content);
	}

	/**
	 * Returns whether an interrupted checkpoint explains the wrong checksum: there are
	 * parts it may write, and no single byte of the others would put the checksum right.
	 * @return whether it may be torn rather than damaged
	 */
	boolean mayBeTorn() {
		int size = this.content.limit();
		long wrong = this.content.getLong(0) ^ checksum(this.content);
		return this.unused != 0 && IntStream.range(0, PARTS)
			.filter((part) -> !isUnused(part))
			.flatMap((part) -> IntStream.range(0, partSize(size) / Long.BYTES)
				.map((word) -> partStart(part, size) + word * Long.BYTES))
			.noneMatch((offset) -> isOneByteOff(this.content.getLong(offset), wrong));
	}

	private boolean isUnused(int part) {
		return (this.unused >>> part & 1) == 1;
	}

	// The checksum is an exclusive or over all numbers, each times an odd factor, and so
	// tells what a number would have to be if all others are right.
	private static boolean isOneByteOff(long actual, long wrong) {
		long difference = actual ^ (actual * FACTOR ^ wrong) * INVERSE;
		return Long.numberOfTrailingZeros(difference)
				/ Byte.SIZE == (Long.SIZE - 1 - Long.numberOfLeadingZeros(difference)) / Byte.SIZE;
	}

	private static long inverse(long odd) {
		long inverse = odd;
		for (int digits = 3; digits < Long.SIZE; digits *= 2) {
			inverse *= 2 - odd * inverse;
		}
		return inverse;
	}

}
