package io.gobstopper.store.duckdb.file;

import java.io.EOFException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The blocks of a DuckDB file that describe its tables, as its header names them.
 */
final class MetadataBlocks {

	private static final int HEADER_SIZE = 4096;

	private static final long FIRST_BLOCK = 3 * HEADER_SIZE;

	private static final int MAGIC = 0x4b435544;

	private static final int NONE = -1;

	private static final int LARGEST_BLOCK = 1 << 18;

	private static final int LARGEST_LIST = 1 << 28;

	private final FileChannel file;

	private final Header header;

	private MetadataBlocks(FileChannel file, Header header) {
		this.file = file;
		this.header = header;
	}

	/**
	 * Reads the headers of a file.
	 * @param file the file
	 * @return its blocks, or {@code null} if it has none or they are not stored as known
	 * @throws IOException if it cannot be read
	 */
	static @Nullable MetadataBlocks of(FileChannel file) throws IOException {
		if (file.size() < FIRST_BLOCK) {
			return null;
		}
		ByteBuffer main = read(file, 0, HEADER_SIZE);
		ByteBuffer first = read(file, HEADER_SIZE, HEADER_SIZE);
		ByteBuffer second = read(file, 2 * HEADER_SIZE, HEADER_SIZE);
		if (main.getInt(Long.BYTES) != MAGIC || !MetadataBlock.isWhole(main) || !MetadataBlock.isWhole(first)
				|| !MetadataBlock.isWhole(second)) {
			return null;
		}
		Header header = (iteration(first) > iteration(second)) ? Header.of(first) : Header.of(second);
		return header.isKnown() ? new MetadataBlocks(file, header) : null;
	}

	/**
	 * Returns where the description of the tables begins.
	 * @return the place, as DuckDB notes it
	 */
	long root() {
		return this.header.root();
	}

	/**
	 * Reads all blocks.
	 * @return those with a wrong checksum, or {@code null} if the list of blocks is not
	 * stored as known
	 * @throws IOException if they cannot be read
	 */
	@Nullable List<MetadataBlock> findBroken() throws IOException {
		ByteBuffer list = readList();
		if (list == null) {
			return null;
		}
		List<MetadataBlock> broken = new ArrayList<>();
		try {
			skip(list, Long.BYTES);
			skip(list, Long.BYTES + Integer.BYTES);
			for (long count = list.getLong(); count > 0; count--) {
				long block = list.getLong();
				long unused = list.getLong();
				if (!this.header.has(block)) {
					return null;
				}
				MetadataBlock read = new MetadataBlock(location(block), unused,
						read(this.file, location(block), this.header.blockSize()));
				if (!read.isWhole()) {
					broken.add(read);
				}
			}
		}
		catch (BufferUnderflowException ex) {
			return null;
		}
		return broken;
	}

	// The list of free blocks, of blocks in use by several columns, and of those that
	// describe tables. Each part begins with the place of the next one.
	private @Nullable ByteBuffer readList() throws IOException {
		int size = MetadataBlock.partSize(this.header.blockSize());
		List<ByteBuffer> parts = new ArrayList<>();
		long next = this.header.list();
		while (next != NONE) {
			long block = next & (1L << 56) - 1;
			int part = (int) (next >>> 56);
			if (!this.header.has(block) || part >= MetadataBlock.PARTS || parts.size() * (long) size > LARGEST_LIST) {
				return null;
			}
			ByteBuffer read = read(this.file, location(block) + MetadataBlock.partStart(part, this.header.blockSize()),
					size);
			next = read.getLong();
			parts.add(read);
		}
		ByteBuffer list = ByteBuffer.allocate(parts.size() * size).order(ByteOrder.LITTLE_ENDIAN);
		parts.forEach(list::put);
		return list.flip();
	}

	private static void skip(ByteBuffer list, int size) {
		long count = list.getLong();
		if (count < 0 || count > list.remaining() / size) {
			throw new BufferUnderflowException();
		}
		list.position(list.position() + (int) count * size);
	}

	private long location(long block) {
		return FIRST_BLOCK + block * this.header.blockSize();
	}

	private static ByteBuffer read(FileChannel file, long location, int size) throws IOException {
		ByteBuffer content = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
		while (content.hasRemaining()) {
			if (file.read(content, location + content.position()) < 0) {
				throw new EOFException("The file ends at %d, within a block".formatted(file.size()));
			}
		}
		return content.flip();
	}

	private static long iteration(ByteBuffer header) {
		return header.getLong(Long.BYTES);
	}

	/**
	 * What the header says that was written last.
	 *
	 * @param root where the description of the tables begins
	 * @param list where the list of blocks begins
	 * @param blocks how many blocks there are
	 * @param blockSize the size of each
	 */
	private record Header(long root, long list, long blocks, int blockSize) {

		static Header of(ByteBuffer header) {
			return new Header(header.getLong(16), header.getLong(24), header.getLong(32), (int) header.getLong(40));
		}

		boolean isKnown() {
			return this.list != NONE && Integer.bitCount(this.blockSize) == 1 && this.blockSize >= HEADER_SIZE
					&& this.blockSize <= LARGEST_BLOCK;
		}

		boolean has(long block) {
			return block >= 0 && block < this.blocks;
		}

	}

}
