package io.gobstopper.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * What processes that may be killed at any time did, one line for each event. A line is
 * written with one call of the operating system, so that a killed process leaves whole
 * lines.
 */
final class Ledger implements AutoCloseable {

	static final String NO_KEY = "-";

	private final FileChannel channel;

	private final int process;

	Ledger(Path file, int process) {
		this.process = process;
		try {
			this.channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	void write(Event event, String id) {
		write(event, id, NO_KEY);
	}

	synchronized void write(Event event, String id, String key) {
		String line = String.join(" ", event.name(), Integer.toString(this.process),
				Long.toString(System.currentTimeMillis()), id, key);
		try {
			this.channel.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.US_ASCII)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

	static void read(Path file, Consumer<Entry> reader) throws IOException {
		try (Stream<String> lines = Files.lines(file)) {
			lines.map(Ledger::parse).filter(Objects::nonNull).forEach(reader);
		}
	}

	private static @Nullable Entry parse(String line) {
		String[] parts = line.split(" ", -1);
		return (parts.length == 5) ? new Entry(Event.valueOf(parts[0]), Integer.parseInt(parts[1]),
				Long.parseLong(parts[2]), parts[3], parts[4]) : null;
	}

	/**
	 * What may happen.
	 */
	enum Event {

		CLOSED, ACKNOWLEDGED, STARTED, FAILED, INTERRUPTED, ENDED, CALLED, ANSWERED, BEGUN, DONE, ENTERED, LEFT,

		PACED

	}

	/**
	 * Something that happened.
	 *
	 * @param event what
	 * @param process the number of the process
	 * @param millis when
	 * @param id the id of the task, or the number of a call with a unique key
	 * @param key the key it was enqueued or limited with, or {@code -}
	 */
	record Entry(Event event, int process, long millis, String id, String key) {

	}

}
