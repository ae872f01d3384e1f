package io.gobstopper.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;

import com.fasterxml.jackson.annotation.JsonAlias;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.error.UnreadableTaskException;
import io.gobstopper.store.postgresql.PostgresServer;
import io.gobstopper.store.postgresql.PostgresSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What becomes of stored tasks when their handlers have changed since.
 */
class ChangedHandlerTests {

	private static final String SECRET = "s3cr3t";

	private static final List<TaskRequest> STORED = List.of(TaskRequest.of("text_int").args("7"),
			TaskRequest.of("text_enum").args(SECRET), TaskRequest.of("empty_time").args(""),
			TaskRequest.of("integer_text").args(7), TaskRequest.of("integer_bool").args(1),
			TaskRequest.of("integer_enum").args(0), TaskRequest.of("integer_time").args(5000),
			TaskRequest.of("integer_duration").args(5000L), TaskRequest.of("text_uuid").args(""),
			TaskRequest.of("optional_time").args(5000L), TaskRequest.of("list_time").args(List.of(5000L)),
			TaskRequest.of("map_time").args(Map.of("a", 5000L)),
			TaskRequest.of("component_retyped").args(new Pair(SECRET, 2)), TaskRequest.of("integer_wider").args(7),
			TaskRequest.of("long_int").args(1L << 40), TaskRequest.of("decimal_int").args(1.5),
			TaskRequest.of("bool_text").args(true), TaskRequest.of("bool_int").args(true),
			TaskRequest.of("null_text").args((Object) null), TaskRequest.of("null_int").args((Object) null),
			TaskRequest.of("array_text").args(List.of(SECRET)), TaskRequest.of("array_items").args(List.of("7")),
			TaskRequest.of("object_text").args(Map.of("a", SECRET)),
			TaskRequest.of("component_gone").args(new Pair(SECRET, 2)),
			TaskRequest.of("component_added").args(new Single(SECRET)),
			TaskRequest.of("component_nullable").args(new Single("a")),
			TaskRequest.of("constant_gone").args(Colour.GREEN), TaskRequest.of("constant_kept").args(Colour.RED),
			TaskRequest.of("added").args(SECRET), TaskRequest.of("added_optional").args("a"),
			TaskRequest.of("removed").args("a", SECRET), TaskRequest.of("renamed").args(SECRET),
			TaskRequest.of("renamed_alias").args("a"), TaskRequest.of("swapped").args("a", "b"),
			TaskRequest.of("swapped_by_name").kwarg("first", "a").kwarg("second", "b"),
			TaskRequest.of("moved").args("a", 7), TaskRequest.of("gone").args("a"),
			TaskRequest.of("name_changed").args("a"), TaskRequest.of("name_alias").args("a"));

	private static final Map<String, String> RUN = Map.of("integer_wider", "7", "component_nullable",
			"Wide[a=a, c=null]", "constant_kept", "RED", "added_optional", "a null", "renamed_alias", "a", "swapped",
			"a b", "swapped_by_name", "a b", "moved", "a 7", "name_alias", "a");

	// The parameter that does not fit, and its type.
	private static final Map<String, String> WAIT = Map.ofEntries(
			Map.entry("text_int", "'value' of task 'text_int'(int value)"),
			Map.entry("text_enum", "'value' of task 'text_enum'(Colour value)"),
			Map.entry("empty_time", "'value' of task 'empty_time'(Instant value)"),
			Map.entry("integer_text", "'value' of task 'integer_text'(String value)"),
			Map.entry("integer_bool", "'value' of task 'integer_bool'(boolean value)"),
			Map.entry("integer_enum", "'value' of task 'integer_enum'(Colour value)"),
			Map.entry("integer_time", "'value' of task 'integer_time'(Instant value)"),
			Map.entry("integer_duration", "'value' of task 'integer_duration'(Duration value)"),
			Map.entry("text_uuid", "'value' of task 'text_uuid'(UUID value)"),
			Map.entry("optional_time", "'value' of task 'optional_time'(Optional<Duration> value)"),
			Map.entry("list_time", "'value' of task 'list_time'(List<Duration> value)"),
			Map.entry("map_time", "'value' of task 'map_time'(Map<String, Instant> value)"),
			Map.entry("component_retyped", "'value' of task 'component_retyped'(Texts value)"),
			Map.entry("long_int", "'value' of task 'long_int'(int value)"),
			Map.entry("decimal_int", "'value' of task 'decimal_int'(int value)"),
			Map.entry("bool_text", "'value' of task 'bool_text'(String value)"),
			Map.entry("bool_int", "'value' of task 'bool_int'(int value)"),
			Map.entry("null_text", "'value' of task 'null_text'(String value) must not be null"),
			Map.entry("null_int", "'value' of task 'null_int'(int value) must not be null"),
			Map.entry("array_text", "'value' of task 'array_text'(String value)"),
			Map.entry("array_items", "'value' of task 'array_items'(List<Integer> value)"),
			Map.entry("object_text", "'value' of task 'object_text'(String value)"),
			Map.entry("component_gone", "'value' of task 'component_gone'(Single value)"),
			Map.entry("component_added", "'value' of task 'component_added'(Pair value)"),
			Map.entry("constant_gone", "'value' of task 'constant_gone'(Paint value)"),
			Map.entry("added", "'added'(String first, String second) lacks the argument(s) [second]"),
			Map.entry("removed", "'removed'(String first) has no argument 'second'"),
			Map.entry("renamed", "'renamed'(String second) has no argument 'first'"));

	private static final List<String> NOT_SEEN = List.of("gone", "name_changed");

	@Test
	void nothingRunsWithWrongValues(@TempDir Path folder) throws Exception {
		String path = folder.resolve("tasks.duckdb").toString();
		assertNothingRunsWithWrongValues((builder) -> builder.path(path));
	}

	@Test
	void nothingRunsWithWrongValuesOnPostgres() throws Exception {
		PostgresSettings settings = PostgresServer.newSettings();
		assertNothingRunsWithWrongValues((builder) -> builder.postgres(settings));
	}

	private static void assertNothingRunsWithWrongValues(UnaryOperator<TestQueue.Builder> on) throws Exception {
		Map<String, String> ids = new TreeMap<>();
		try (TestQueue before = on.apply(TestQueue.with(new Before())).enqueueOnly()) {
			STORED.forEach((request) -> ids.put(request.name(), before.service().enqueue(request).id()));
		}
		try (TestQueue after = on.apply(TestQueue.with(new After())).start()) {
			await().atMost(Duration.ofSeconds(30))
				.untilAsserted(() -> assertThat(WAIT.keySet())
					.allMatch((name) -> after.find(Objects.requireNonNull(ids.get(name))).error() != null));
			for (Map.Entry<String, String> entry : RUN.entrySet()) {
				TaskInfo done = after.await(Objects.requireNonNull(ids.get(entry.getKey())));
				assertThat(done.result()).as(entry.getKey()).isEqualTo(entry.getValue());
			}
			ids.forEach((name, id) -> {
				if (!RUN.containsKey(name)) {
					assertWaits(after.find(id));
				}
			});
		}
		try (TestQueue restored = on.apply(TestQueue.with(new Before())).start()) {
			for (String name : ids.keySet()) {
				TaskInfo done = restored.await(Objects.requireNonNull(ids.get(name)));
				assertThat(done.status()).as(name).isEqualTo(TaskStatus.SUCCESS);
				assertThat(done.attempt()).as(name).isEqualTo(1);
			}
		}
	}

	private static void assertWaits(TaskInfo task) {
		assertThat(task.status()).as(task.name()).isEqualTo(TaskStatus.PENDING);
		assertThat(task.attempt()).as(task.name()).isZero();
		assertThat(task.retryCount()).as(task.name()).isZero();
		if (NOT_SEEN.contains(task.name())) {
			assertThat(task.error()).as(task.name()).isNull();
		}
		else {
			assertThat(task.errorType()).as(task.name()).isEqualTo(UnreadableTaskException.class.getName());
			assertThat(task.error()).contains(Objects.requireNonNull(WAIT.get(task.name())));
			assertThat(task.error() + task.errorTrace()).as(task.name()).doesNotContain(SECRET);
		}
	}

	/**
	 * The handlers that were there when the tasks were stored.
	 */
	static class Before {

		@GobstopperTask("text_uuid")
		String textUuid(String value) {
			return String.valueOf(value);
		}

		@GobstopperTask("optional_time")
		String optionalTime(@Nullable Long value) {
			return String.valueOf(value);
		}

		@GobstopperTask("list_time")
		String listTime(List<Long> value) {
			return String.valueOf(value);
		}

		@GobstopperTask("map_time")
		String mapTime(Map<String, Long> value) {
			return String.valueOf(value);
		}

		@GobstopperTask("component_retyped")
		String componentRetyped(Pair value) {
			return String.valueOf(value);
		}

		@GobstopperTask("text_int")
		String textInt(String value) {
			return String.valueOf(value);
		}

		@GobstopperTask("text_enum")
		String textEnum(String value) {
			return String.valueOf(value);
		}

		@GobstopperTask("empty_time")
		String emptyTime(String value) {
			return String.valueOf(value);
		}

		@GobstopperTask("integer_text")
		String integerText(int value) {
			return String.valueOf(value);
		}

		@GobstopperTask("integer_bool")
		String integerBool(int value) {
			return String.valueOf(value);
		}

		@GobstopperTask("integer_enum")
		String integerEnum(int value) {
			return String.valueOf(value);
		}

		@GobstopperTask("integer_time")
		String integerTime(int value) {
			return String.valueOf(value);
		}

		@GobstopperTask("integer_duration")
		String integerDuration(long value) {
			return String.valueOf(value);
		}

		@GobstopperTask("integer_wider")
		String integerWider(int value) {
			return String.valueOf(value);
		}

		@GobstopperTask("long_int")
		String longInt(long value) {
			return String.valueOf(value);
		}

		@GobstopperTask("decimal_int")
		String decimalInt(double value) {
			return String.valueOf(value);
		}

		@GobstopperTask("bool_text")
		String boolText(boolean value) {
			return String.valueOf(value);
		}

		@GobstopperTask("bool_int")
		String boolInt(boolean value) {
			return String.valueOf(value);
		}

		@GobstopperTask("null_text")
		String nullText(@Nullable String value) {
			return String.valueOf(value);
		}

		@GobstopperTask("null_int")
		String nullInt(@Nullable Integer value) {
			return String.valueOf(value);
		}

		@GobstopperTask("array_text")
		String arrayText(List<String> value) {
			return String.valueOf(value);
		}

		@GobstopperTask("array_items")
		String arrayItems(List<String> value) {
			return String.valueOf(value);
		}

		@GobstopperTask("object_text")
		String objectText(Map<String, String> value) {
			return String.valueOf(value);
		}

		@GobstopperTask("component_gone")
		String componentGone(Pair value) {
			return String.valueOf(value);
		}

		@GobstopperTask("component_added")
		String componentAdded(Single value) {
			return String.valueOf(value);
		}

		@GobstopperTask("component_nullable")
		String componentNullable(Single value) {
			return String.valueOf(value);
		}

		@GobstopperTask("constant_gone")
		String constantGone(Colour value) {
			return String.valueOf(value);
		}

		@GobstopperTask("constant_kept")
		String constantKept(Colour value) {
			return String.valueOf(value);
		}

		@GobstopperTask("added")
		String added(String first) {
			return String.valueOf(first);
		}

		@GobstopperTask("added_optional")
		String addedOptional(String first) {
			return String.valueOf(first);
		}

		@GobstopperTask("removed")
		String removed(String first, String second) {
			return String.valueOf(second);
		}

		@GobstopperTask("renamed")
		String renamed(String first) {
			return String.valueOf(first);
		}

		@GobstopperTask("renamed_alias")
		String renamedAlias(String first) {
			return String.valueOf(first);
		}

		@GobstopperTask("swapped")
		String swapped(String first, String second) {
			return first + " " + second;
		}

		@GobstopperTask("swapped_by_name")
		String swappedByName(String first, String second) {
			return first + " " + second;
		}

		@GobstopperTask("moved")
		String moved(String first, int second) {
			return first + " " + second;
		}

		@GobstopperTask("gone")
		String gone(String value) {
			return String.valueOf(value);
		}

		@GobstopperTask("name_changed")
		String nameChanged(String value) {
			return String.valueOf(value);
		}

		@GobstopperTask("name_alias")
		String nameAlias(String value) {
			return String.valueOf(value);
		}

	}

	/**
	 * The handlers of the next version.
	 */
	static class After {

		@GobstopperTask("text_uuid")
		String textUuid(UUID value) {
			return String.valueOf(value);
		}

		@GobstopperTask("optional_time")
		String optionalTime(Optional<Duration> value) {
			return String.valueOf(value);
		}

		@GobstopperTask("list_time")
		String listTime(List<Duration> value) {
			return String.valueOf(value);
		}

		@GobstopperTask("map_time")
		String mapTime(Map<String, Instant> value) {
			return String.valueOf(value);
		}

		@GobstopperTask("component_retyped")
		String componentRetyped(Texts value) {
			return String.valueOf(value);
		}

		@GobstopperTask("text_int")
		String textInt(int value) {
			return String.valueOf(value);
		}

		@GobstopperTask("text_enum")
		String textEnum(Colour value) {
			return String.valueOf(value);
		}

		@GobstopperTask("empty_time")
		String emptyTime(Instant value) {
			return String.valueOf(value);
		}

		@GobstopperTask("integer_text")
		String integerText(String value) {
			return String.valueOf(value);
		}

		@GobstopperTask("integer_bool")
		String integerBool(boolean value) {
			return String.valueOf(value);
		}

		@GobstopperTask("integer_enum")
		String integerEnum(Colour value) {
			return String.valueOf(value);
		}

		@GobstopperTask("integer_time")
		String integerTime(Instant value) {
			return String.valueOf(value);
		}

		@GobstopperTask("integer_duration")
		String integerDuration(Duration value) {
			return String.valueOf(value);
		}

		@GobstopperTask("integer_wider")
		String integerWider(long value) {
			return String.valueOf(value);
		}

		@GobstopperTask("long_int")
		String longInt(int value) {
			return String.valueOf(value);
		}

		@GobstopperTask("decimal_int")
		String decimalInt(int value) {
			return String.valueOf(value);
		}

		@GobstopperTask("bool_text")
		String boolText(String value) {
			return String.valueOf(value);
		}

		@GobstopperTask("bool_int")
		String boolInt(int value) {
			return String.valueOf(value);
		}

		@GobstopperTask("null_text")
		String nullText(String value) {
			return String.valueOf(value);
		}

		@GobstopperTask("null_int")
		String nullInt(int value) {
			return String.valueOf(value);
		}

		@GobstopperTask("array_text")
		String arrayText(String value) {
			return String.valueOf(value);
		}

		@GobstopperTask("array_items")
		String arrayItems(List<Integer> value) {
			return String.valueOf(value);
		}

		@GobstopperTask("object_text")
		String objectText(String value) {
			return String.valueOf(value);
		}

		@GobstopperTask("component_gone")
		String componentGone(Single value) {
			return String.valueOf(value);
		}

		@GobstopperTask("component_added")
		String componentAdded(Pair value) {
			return String.valueOf(value);
		}

		@GobstopperTask("component_nullable")
		String componentNullable(Wide value) {
			return String.valueOf(value);
		}

		@GobstopperTask("constant_gone")
		String constantGone(Paint value) {
			return String.valueOf(value);
		}

		@GobstopperTask("constant_kept")
		String constantKept(Paint value) {
			return String.valueOf(value);
		}

		@GobstopperTask("added")
		String added(String first, String second) {
			return String.valueOf(second);
		}

		@GobstopperTask("added_optional")
		String addedOptional(String first, @Nullable String second) {
			return first + " " + second;
		}

		@GobstopperTask("removed")
		String removed(String first) {
			return String.valueOf(first);
		}

		@GobstopperTask("renamed")
		String renamed(String second) {
			return String.valueOf(second);
		}

		@GobstopperTask("renamed_alias")
		String renamedAlias(@JsonAlias("first") String second) {
			return String.valueOf(second);
		}

		@GobstopperTask("swapped")
		String swapped(String second, String first) {
			return first + " " + second;
		}

		@GobstopperTask("swapped_by_name")
		String swappedByName(String second, String first) {
			return first + " " + second;
		}

		@GobstopperTask("moved")
		String moved(int second, String first) {
			return first + " " + second;
		}

		@GobstopperTask("name_changed2")
		String nameChanged2(String value) {
			return String.valueOf(value);
		}

		@GobstopperTask(name = "alias_of_name", aliases = "name_alias")
		String nameAlias(String value) {
			return String.valueOf(value);
		}

	}

	enum Colour {

		RED, GREEN

	}

	enum Paint {

		RED, BLUE

	}

	record Single(String a) {

	}

	record Pair(String a, int b) {

	}

	record Texts(String a, String b) {

	}

	record Wide(String a, @Nullable String c) {

	}

}
