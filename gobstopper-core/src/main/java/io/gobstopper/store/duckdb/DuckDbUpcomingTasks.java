package io.gobstopper.store.duckdb;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.duckdb.claim.Candidate;
import io.gobstopper.store.task.StoredTask;

/**
 * The tasks that will be claimed next, which another thread reads while the writer does
 * other things. What was read stays true until the task is claimed or leaves the
 * candidates, or is forgotten here because it was replaced; nothing else changes a
 * pending task. For one thread at a time.
 */
final class DuckDbUpcomingTasks implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(DuckDbUpcomingTasks.class);

	private static final long IDLE_THREAD_SECONDS = 10;

	private final DuckDbPendingTasks tasks;

	private final ThreadPoolExecutor executor;

	private final Map<String, Map<Long, StoredTask>> read = new HashMap<>();

	private final Map<String, CompletableFuture<List<StoredTask>>> reading = new HashMap<>();

	private final List<Reading> wanted = new ArrayList<>();

	DuckDbUpcomingTasks(JdbcTemplate jdbcTemplate) {
		this.tasks = new DuckDbPendingTasks(jdbcTemplate);
		CustomizableThreadFactory threads = new CustomizableThreadFactory("gobstopper-claims-reader-");
		threads.setDaemon(true);
		this.executor = new ThreadPoolExecutor(1, 1, IDLE_THREAD_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				threads);
		this.executor.allowCoreThreadTimeOut(true);
	}

	/**
	 * Takes the tasks that were read of those that are claimed, waiting for a read that
	 * is under way.
	 * @param category the category
	 * @param claimed those that are claimed
	 * @return the tasks, by sequence number
	 */
	Map<Long, StoredTask> take(String category, Collection<Candidate> claimed) {
		this.wanted.removeIf((reading) -> reading.request().category().equals(category));
		Map<Long, StoredTask> available = available(category);
		Map<Long, StoredTask> taken = new HashMap<>();
		for (Candidate candidate : claimed) {
			StoredTask task = available.remove(candidate.seq());
			if (task != null) {
				taken.put(task.seq(), task);
			}
		}
		return taken;
	}

	/**
	 * Says what will be claimed next. It is read once the transaction is over.
	 * @param request the claim before
	 * @param next the candidates
	 */
	void expect(ClaimRequest request, List<Candidate> next) {
		Map<Long, StoredTask> available = available(request.category());
		available.keySet().retainAll(next.stream().map(Candidate::seq).collect(Collectors.toSet()));
		List<Candidate> missing = next.stream().filter((candidate) -> !available.containsKey(candidate.seq())).toList();
		if (!missing.isEmpty()) {
			this.wanted.add(new Reading(request, missing));
		}
	}

	// Tells that the transaction was committed.
	void committed() {
		for (Reading next : this.wanted) {
			try {
				this.reading.put(next.request().category(), CompletableFuture
					.supplyAsync(() -> this.tasks.find(next.chosen(), next.request()), this.executor));
			}
			catch (Throwable ex) {
				logger.warn("The tasks to claim next cannot be read by a thread of their own", ex);
			}
		}
		this.wanted.clear();
	}

	// Tells that tasks were replaced.
	void forget(Collection<StoredTask> tasks) {
		tasks.forEach((task) -> available(task.details().category()).remove(task.seq()));
	}

	// Returns when nothing is being read any more.
	void forgetAll() {
		this.wanted.clear();
		List.copyOf(this.reading.keySet()).forEach(this::available);
		this.read.clear();
	}

	private Map<Long, StoredTask> available(String category) {
		Map<Long, StoredTask> tasks = this.read.computeIfAbsent(category, (any) -> new HashMap<>());
		CompletableFuture<List<StoredTask>> reading = this.reading.remove(category);
		if (reading != null) {
			try {
				reading.join().forEach((task) -> tasks.put(task.seq(), task));
			}
			catch (CompletionException ex) {
				logger.warn("The tasks to claim next could not be read ahead", ex);
			}
		}
		return tasks;
	}

	@Override
	public void close() {
		forgetAll();
		this.executor.shutdown();
	}

	/**
	 * What to read.
	 *
	 * @param request the claim before
	 * @param chosen the candidates
	 */
	private record Reading(ClaimRequest request, List<Candidate> chosen) {

	}

}
