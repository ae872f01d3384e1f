package io.gobstopper.store.duckdb.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * A checkpoint that DuckDB announced at the end of its log. The log goes when the
 * checkpoint is done, so one that is still there was interrupted.
 *
 * @param root where the new description of the tables would have begun
 */
record BegunCheckpoint(long root) {

	private static final int LONGEST_ENTRY = 64;

	// Size and checksum.
	private static final int ENTRY_HEADER = 16;

	// The entry after which DuckDB waits for the disk: its size, its checksum, its kind.
	private static final byte[] FLUSH = { 5, 0, 0, 0, 0, 0, 0, 0, (byte) 0xe7, (byte) 0xfe, 0x7d, 0x72, 0x2f,
			(byte) 0xed, 0x3d, 0x5e, 100, 0, 100, (byte) 0xff, (byte) 0xff };

	// Field 100, the kind, is 99; field 101 is the root.
	private static final byte[] CHECKPOINT = { 100, 0, 99, 101, 0 };

	/**
	 * Looks at the end of a log.
	 * @param log the log, which need not exist
	 * @return the checkpoint, or {@code null} if it says nothing of one
	 * @throws IOException if the log cannot be read
	 */
	static @Nullable BegunCheckpoint read(Path log) throws IOException {
		if (Files.notExists(log)) {
			return null;
		}
		byte[] end = end(log);
		int checkpointEnd = end.length - FLUSH.length;
		if (checkpointEnd < 0 || !Arrays.equals(end, checkpointEnd, end.length, FLUSH, 0, FLUSH.length)) {
			return null;
		}
		ByteBuffer entry = ByteBuffer.wrap(end, 0, checkpointEnd).order(ByteOrder.LITTLE_ENDIAN);
		for (int start = checkpointEnd - CHECKPOINT.length - Short.BYTES; start >= ENTRY_HEADER; start--) {
			if (Arrays.equals(end, start, start + CHECKPOINT.length, CHECKPOINT, 0, CHECKPOINT.length)
					&& entry.getLong(start - ENTRY_HEADER) == checkpointEnd - start) {
				return new BegunCheckpoint(root(entry.position(start + CHECKPOINT.length)));
			}
		}
		return null;
	}

	private static byte[] end(Path log) throws IOException {
		try (FileChannel channel = FileChannel.open(log)) {
			ByteBuffer end = ByteBuffer.allocate((int) Math.min(channel.size(), LONGEST_ENTRY + FLUSH.length));
			channel.read(end, channel.size() - end.capacity());
			return end.array();
		}
	}

	// Field 100, a number of seven bits a byte, the lowest first; it is left out if zero.
	private static long root(ByteBuffer entry) {
		if (entry.getShort() != 100) {
			return 0;
		}
		long root = 0;
		for (int shift = 0; shift < Long.SIZE && entry.hasRemaining(); shift += 7) {
			byte next = entry.get();
			root |= (next & 0x7fL) << shift;
			if (next >= 0) {
				break;
			}
		}
		return root;
	}

}
