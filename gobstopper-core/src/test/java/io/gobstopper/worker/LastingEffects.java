package io.gobstopper.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;

import org.awaitility.Awaitility;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContext;

/**
 * Handlers whose effects outlive the process.
 */
class LastingEffects {

	private final Path file;

	private final CountDownLatch waiting = new CountDownLatch(3);

	LastingEffects(Path folder) {
		this.file = folder.resolve("effects");
	}

	@GobstopperTask(name = "leave_trace")
	synchronized void leaveTrace(TaskContext context) {
		try {
			Files.writeString(this.file, context.id() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@GobstopperTask(name = "wait_for_restart", category = "waiting")
	void waitForRestart(TaskContext context) throws InterruptedException {
		this.waiting.countDown();
		if (Files.notExists(this.file.resolveSibling("restarted"))) {
			new CountDownLatch(1).await();
		}
		leaveTrace(context);
	}

	@GobstopperTask(name = "wait_for_file")
	void waitForFile(TaskContext context) throws Exception {
		Files.createFile(this.file.resolveSibling("running"));
		Awaitility.await().until(() -> Files.exists(this.file.resolveSibling("restarted")));
		leaveTrace(context);
	}

	// Polls without being interrupted, so that it may return just when its time is up.
	@GobstopperTask(name = "wait_shortly_for_file", timeout = "2s")
	void waitShortlyForFile() throws IOException {
		Files.createFile(this.file.resolveSibling("running"));
		while (Files.notExists(this.file.resolveSibling("restarted"))) {
			Thread.onSpinWait();
		}
	}

	// Lets others begin first, but at its last chance.
	@GobstopperTask(name = "poison_at_last")
	void poisonAtLast(TaskContext context) throws InterruptedException {
		if (context.attempt() < 3) {
			this.waiting.await();
		}
		poison();
	}

	@GobstopperTask(name = "poison")
	void poison() {
		Runtime.getRuntime().halt(137);
	}

}
