package io.gobstopper.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import io.gobstopper.EnqueueResult;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.worker.maintenance.LeaseSettings;

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
			.concurrency(4)
			.leases(new LeaseSettings(Duration.ofSeconds(2), Duration.ofMillis(100), 3))
			.enqueueOnly();
		if (args[0].equals("poison")) {
			EnqueueResult result = queue.service().enqueue(TaskRequest.of("poison").idempotencyKey("one"));
			print(result.id());
			queue.worker().start();
			new CountDownLatch(1).await();
		}
		if (args[0].equals("poison-among-others")) {
			print(queue.service().enqueue(TaskRequest.of("poison_at_last").idempotencyKey("0")).id());
			for (int i = 1; i < 4; i++) {
				print(queue.service()
					.enqueue(TaskRequest.of("wait_for_restart").category("default").idempotencyKey(Integer.toString(i)))
					.id());
			}
			queue.worker().start();
			new CountDownLatch(1).await();
		}
		if (args[0].equals("short-lease")) {
			queue.worker().start();
			String id = queue.service().enqueue("wait_for_file");
			print(id);
			TaskInfo ended = queue.service().completion(id).join();
			System.exit((ended.status() == TaskStatus.SUCCESS) ? 0 : 1);
		}
		if (args[0].equals("frozen")) {
			queue.worker().start();
			String id = queue.service().enqueue("wait_shortly_for_file");
			print(id);
			System.exit((queue.service().completion(id).join().status() == TaskStatus.FAILED) ? 0 : 1);
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
