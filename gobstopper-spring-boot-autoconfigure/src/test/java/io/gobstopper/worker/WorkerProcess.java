package io.gobstopper.worker;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

import io.gobstopper.EnqueueResult;
import io.gobstopper.TaskRequest;

/**
 * A process to kill.
 */
public final class WorkerProcess {

	private WorkerProcess() {
	}

	public static void main(String[] args) throws InterruptedException {
		Path folder = Path.of(args[1]);
		TestQueue queue = TestQueue.with(new LastingEffects(folder))
			.path(folder.resolve("tasks.duckdb").toString())
			.concurrency(2)
			.enqueueOnly();
		if (args[0].equals("poison")) {
			EnqueueResult result = queue.service().enqueue(TaskRequest.of("poison").idempotencyKey("one"));
			print(result.id());
			queue.worker().start();
			new CountDownLatch(1).await();
		}
		queue.worker().start();
		print(queue.service().enqueue("wait_for_restart"));
		print(queue.service().enqueue("wait_for_restart"));
		while (true) {
			print(queue.service().enqueue("leave_trace"));
		}
	}

	private static void print(String line) {
		System.out.println(line);
		System.out.flush();
	}

}
