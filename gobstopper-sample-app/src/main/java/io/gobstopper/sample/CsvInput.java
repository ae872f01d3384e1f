package io.gobstopper.sample;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

import io.gobstopper.NonRetryableTaskException;

/**
 * The bytes of a CSV file, counted. A parser collects a record in memory until its end,
 * which an unclosed quote moves to the end of the file, so this ends the reading of a
 * record that is too long.
 */
final class CsvInput extends FilterInputStream {

	static final int LONGEST_RECORD = 1 << 20;

	private final long size;

	private long bytesRead;

	private long bytesReadAtRecord;

	private CsvInput(InputStream file, long size) {
		super(file);
		this.size = size;
	}

	static CsvInput open(Path file) throws IOException {
		long size = Files.size(file);
		return new CsvInput(Files.newInputStream(file), size);
	}

	/**
	 * Notes that a record is complete.
	 */
	void recordRead() {
		this.bytesReadAtRecord = this.bytesRead;
	}

	double percentRead() {
		return (this.size > 0) ? 100.0 * this.bytesRead / this.size : 100;
	}

	@Override
	public int read() throws IOException {
		int value = super.read();
		count((value != -1) ? 1 : 0);
		return value;
	}

	@Override
	public int read(byte[] buffer, int offset, int length) throws IOException {
		int read = super.read(buffer, offset, length);
		count(Math.max(0, read));
		return read;
	}

	private void count(int bytes) {
		this.bytesRead += bytes;
		if (this.bytesRead - this.bytesReadAtRecord > LONGEST_RECORD) {
			throw new NonRetryableTaskException(
					"The CSV is malformed: a row has more than %,d bytes; a quote may not be closed"
						.formatted(LONGEST_RECORD));
		}
	}

}
