package io.gobstopper.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.assertj.core.api.Assertions;
import org.springframework.util.Assert;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.TaskQuery;
import io.gobstopper.TaskStatus;
import io.gobstopper.handler.ArgumentShapes;
import io.gobstopper.handler.EncodedArguments;
import io.gobstopper.handler.HandlerFit;
import io.gobstopper.handler.TaskHandler;
import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.scheduling.ScheduleContractCheck;
import io.gobstopper.store.TaskFilter;
import io.gobstopper.store.duckdb.DuckDbDatabase;
import io.gobstopper.store.duckdb.DuckDbSettings;
import io.gobstopper.store.duckdb.DuckDbTaskStore;
import io.gobstopper.store.task.StoredTask;

/**
 * Tells before a deploy whether this version of an application can read what another one
 * has stored: by a file that says which tasks there were and what their arguments looked
 * like, or by a snapshot of real tasks. Inject it into a test. Neither runs a task.
 */
public final class GobstopperContract {

	private static final int PAGE = 1000;

	private static final Set<TaskStatus> UNFINISHED = EnumSet.of(TaskStatus.PENDING, TaskStatus.RETRY,
			TaskStatus.STARTED);

	private final TaskHandlers handlers;

	private final JsonMapper jsonMapper;

	private final ArgumentShapes shapes;

	GobstopperContract(TaskHandlers handlers, JsonMapper jsonMapper) {
		this.handlers = handlers;
		this.jsonMapper = jsonMapper;
		this.shapes = new ArgumentShapes(jsonMapper);
	}

	/**
	 * Writes what this version stores: names, parameters and types of all tasks that have
	 * a handler, never a value. Do so for each release, and check the file in.
	 * @param file where to write; a file that is there is replaced
	 * @throws UncheckedIOException if it cannot be written
	 */
	public void write(Path file) {
		try {
			Files.writeString(file,
					this.jsonMapper.writer()
						.with(SerializationFeature.INDENT_OUTPUT)
						.writeValueAsString(describe())
						.replace("\r\n", "\n") + "\n");
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The contract cannot be written to " + file, ex);
		}
	}

	/**
	 * Checks that this version can read what the one that wrote a file has stored. A task
	 * or an optional parameter that is new is fine; one that is gone, required or of
	 * another type is not.
	 * @param file what {@link #write} wrote
	 * @throws AssertionError if something could not be read; it names all of that
	 * @throws UncheckedIOException if the file cannot be read
	 */
	public void verify(Path file) {
		try {
			JsonNode before = this.jsonMapper.readTree(Files.readString(file));
			fail("What the version of %s stores cannot be read:".formatted(file),
					ShapeComparison.compare(before, this.jsonMapper.valueToTree(describe())));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(
					"There is no contract in %s to be read; write it with 'write'".formatted(file), ex);
		}
	}

	/**
	 * Checks that this version can read the arguments of all unfinished tasks of a
	 * snapshot, and of what its schedules that are kept as data will enqueue. The
	 * snapshot is not changed.
	 * @param snapshot a DuckDB file of the library that no process has open
	 * @throws AssertionError if some cannot be read; it names the tasks and parameters,
	 * never a value
	 * @throws UncheckedIOException if the file cannot be copied
	 */
	public void replay(Path snapshot) {
		Assert.isTrue(Files.isRegularFile(snapshot), () -> "There is no snapshot " + snapshot);
		try {
			Path folder = Files.createTempDirectory("gobstopper-contract-");
			try {
				Path copy = Files.copy(snapshot, folder.resolve("snapshot.duckdb"));
				fail("Tasks of %s cannot be run:".formatted(snapshot), findMisfits(copy));
			}
			finally {
				FileSystemUtils.deleteRecursively(folder);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The snapshot %s cannot be copied".formatted(snapshot), ex);
		}
	}

	private static void fail(String what, List<String> misfits) {
		if (!misfits.isEmpty()) {
			Assertions.fail(what + "\n  " + String.join("\n  ", misfits));
		}
	}

	private Map<String, Object> describe() {
		Map<String, Object> tasks = new TreeMap<>();
		for (String name : this.handlers.names()) {
			TaskHandler handler = this.handlers.find(name);
			if (handler != null && handler.definition().name().equals(name)) {
				Map<String, Object> task = new LinkedHashMap<>();
				task.put("aliases", handler.definition().aliases());
				task.put("parameters", this.shapes.describe(handler.signature()));
				tasks.put(name, task);
			}
		}
		return tasks;
	}

	private List<String> findMisfits(Path file) {
		Map<String, Integer> counts = new LinkedHashMap<>();
		List<String> misfits = new ArrayList<>();
		HandlerFit fit = new HandlerFit(this.handlers);
		try (DuckDbTaskStore store = new DuckDbTaskStore(
				new DuckDbDatabase(new DuckDbSettings(file.toString(), DataSize.ofMegabytes(256), 1)))) {
			store.open();
			TaskFilter unfinished = TaskFilter.of(TaskQuery.all().statuses(UNFINISHED), List.of());
			List<StoredTask> page = store.reads().find(unfinished.page(null, PAGE));
			while (!page.isEmpty()) {
				for (StoredTask task : page) {
					String name = task.details().name();
					String misfit = fit.misfit(name,
							new EncodedArguments(task.details().args(), task.details().kwargs()));
					if (misfit != null) {
						counts.merge("'%s' have %s".formatted(name, misfit), 1, Integer::sum);
					}
				}
				page = store.reads().find(unfinished.page(page.get(page.size() - 1).seq(), PAGE));
			}
			misfits.addAll(new ScheduleContractCheck(fit, List.of()).findMisfits(store.reads().schedules()));
		}
		counts.forEach((why, count) -> misfits.add("%d of %s".formatted(count, why)));
		return misfits;
	}

}
