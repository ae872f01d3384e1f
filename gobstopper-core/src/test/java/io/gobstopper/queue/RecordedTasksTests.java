package io.gobstopper.queue;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskHandle;
import io.gobstopper.TaskInfo;
import io.gobstopper.TaskPriority;
import io.gobstopper.TaskRequest;
import io.gobstopper.TaskStatus;
import io.gobstopper.Tasks;
import io.gobstopper.error.DuplicateTaskNameException;
import io.gobstopper.error.InvalidTaskArgumentsException;
import io.gobstopper.error.InvalidTaskHandlerException;
import io.gobstopper.error.TaskUnsuccessfulException;
import io.gobstopper.error.UnknownTaskException;
import io.gobstopper.error.UnreadableTaskException;
import io.gobstopper.worker.TestQueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for tasks that are enqueued by calls.
 */
class RecordedTasksTests {

	private final TestQueue queue = TestQueue.with(new MailHandler()).start();

	private final Tasks<Mails> mails = this.queue.service().tasks(Mails.class);

	@AfterEach
	void close() {
		this.queue.close();
	}

	@Test
	void callIsStoredByTheNameAndWithWhatTheAnnotationSays() throws Exception {
		String id = this.mails.enqueue((tasks) -> tasks.send("a@example.com", 2, null));
		TaskInfo task = this.queue.await(id);
		assertThat(task.name()).isEqualTo("send_mail");
		assertThat(task.args()).containsExactly("a@example.com", 2);
		assertThat(task.category()).isEqualTo("mails");
		assertThat(task.maxRetries()).isEqualTo(3);
	}

	@Test
	void resultIsOfTheTypeThatTheMethodReturns() throws Exception {
		TaskHandle<Receipt> sent = this.mails.submit((tasks) -> tasks.send("a@example.com", 2, null));
		assertThat(sent.created()).isTrue();
		assertThat(sent.result().get(20, TimeUnit.SECONDS))
			.isEqualTo(new Receipt("a@example.com", new BigDecimal("1.50"), 2));
		assertThat(sent.find()).map(TaskInfo::status).contains(TaskStatus.SUCCESS);
	}

	@Test
	void resultMayBePrimitiveOrGeneric() throws Exception {
		TaskHandle<Integer> count = this.mails.submit((tasks) -> tasks.count("a"));
		TaskHandle<List<Receipt>> all = this.mails.submit(Mails::all);
		assertThat(count.result().get(20, TimeUnit.SECONDS)).isEqualTo(1);
		assertThat(all.result().get(20, TimeUnit.SECONDS)).containsExactly(new Receipt("b", BigDecimal.ONE, 1));
	}

	@Test
	void resultThatStandsForOneIsRefusedAndNothingIsStored() throws Exception {
		assertThatIllegalArgumentException().isThrownBy(() -> this.mails.submit(Mails::reactive))
			.withMessageContaining("'reactive'")
			.withMessageContaining("completion");
		assertThatIllegalArgumentException().isThrownBy(() -> this.mails.submit(Mails::later))
			.withMessageContaining(CompletableFuture.class.getName());
		assertThat(this.queue.service().stats().total()).isZero();
		assertThat(this.queue.await(this.mails.enqueue(Mails::reactive)).result()).isEqualTo("r");
	}

	@Test
	void failureIsToldWithoutItsMessage() {
		TaskHandle<Integer> failing = this.mails.submit((tasks) -> tasks.count("secret"));
		assertThat(failing.result()).failsWithin(Duration.ofSeconds(20))
			.withThrowableOfType(java.util.concurrent.ExecutionException.class)
			.havingCause()
			.isInstanceOfSatisfying(TaskUnsuccessfulException.class, (ex) -> {
				assertThat(ex).hasMessageContainingAll("count_mails", "failed", "java.io.IOException");
				assertThat(ex.getMessage()).doesNotContain("secret");
				assertThat(ex.task().error()).isEqualTo("not secret");
			});
	}

	@Test
	void cancelledTaskHasNoResult() {
		TaskHandle<Integer> cancelled = this.mails.with((request) -> request.delay(Duration.ofHours(1)))
			.submit((tasks) -> tasks.count("a"));
		CompletableFuture<Integer> result = cancelled.result();
		this.queue.service().cancel(cancelled.id());
		assertThat(result).failsWithin(Duration.ofSeconds(20))
			.withThrowableThat()
			.withMessageContaining("its status is 'cancelled'");
	}

	@Test
	void resultThatCannotBeReadAsItsTypeIsToldWithoutIt() {
		TaskHandle<Integer> odd = this.queue.service().tasks(OddMails.class).submit((tasks) -> tasks.nothing("x"));
		assertThat(odd.result()).failsWithin(Duration.ofSeconds(20))
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(UnreadableTaskException.class)
			.withMessageContaining("'odd'")
			.withMessageContaining("int")
			.withMessageNotContaining("secret");
	}

	@Test
	void optionsChangeTheRequest() {
		Tasks<Mails> later = this.mails.with((request) -> request.delay(Duration.ofHours(1)))
			.with((request) -> request.idempotencyKey("once").priority(TaskPriority.CRITICAL));
		TaskHandle<Receipt> first = later.submit((tasks) -> tasks.send("a", 1, null));
		TaskHandle<Receipt> second = later.submit((tasks) -> tasks.send("b", 1, null));
		assertThat(second.created()).isFalse();
		assertThat(second.id()).isEqualTo(first.id());
		TaskInfo task = this.queue.find(first.id());
		assertThat(Duration.between(task.createdAt(), task.dueAt())).isEqualTo(Duration.ofHours(1));
		assertThat(task.priority()).isEqualTo(TaskPriority.CRITICAL);
		assertThat(this.mails.request((tasks) -> tasks.count("a")).delay()).isNull();
	}

	@Test
	void allOrNoneOfSomeElementsAreEnqueued() {
		List<String> ids = this.mails.enqueueAll(List.of("a", "b", "c"), (tasks, to) -> tasks.send(to, 1, null));
		assertThat(ids).hasSize(3);
		assertThat(this.queue.find(ids.get(1)).args()).containsExactly("b", 1);
		long before = this.queue.service().stats().total();
		assertThatExceptionOfType(InvalidTaskArgumentsException.class).isThrownBy(
				() -> this.mails.enqueueAll(List.of("a", "x".repeat(20_000)), (tasks, to) -> tasks.send(to, 1, null)));
		assertThat(this.queue.service().stats().total()).isEqualTo(before);
	}

	@Test
	void requestsOfSeveralContractsAreEnqueuedTogether() {
		TaskRequest mail = this.mails.request((tasks) -> tasks.count("a"));
		TaskRequest elsewhere = this.queue.service().tasks(Elsewhere.class).request((tasks) -> tasks.report("b"));
		assertThat(this.queue.service().enqueueAll(List.of(mail, elsewhere))).hasSize(2);
	}

	@Test
	void handlerMayBeElsewhere() {
		assertThatExceptionOfType(UnknownTaskException.class)
			.isThrownBy(() -> this.queue.service().enqueue("report", "b"));
		String id = this.queue.service().tasks(Elsewhere.class).enqueue((tasks) -> tasks.report("b"));
		assertThat(this.queue.find(id).status()).isEqualTo(TaskStatus.PENDING);
		assertThat(this.queue.find(id).category()).isEqualTo("reports");
		assertThat(this.queue.find(this.queue.service().enqueue("report", "c")).args()).containsExactly("c");
		assertThat(this.queue.find(this.queue.service().enqueue("old_report", "c")).name()).isEqualTo("report");
		assertThat(this.queue.service().taskNames()).contains("report", "old_report", "send_mail");
		assertThatExceptionOfType(InvalidTaskArgumentsException.class)
			.isThrownBy(() -> this.queue.service().enqueue("report", "b", "c"));
	}

	@Test
	void defaultMethodMayMakeTheCall() {
		String id = this.mails.enqueue((tasks) -> tasks.sendTwice("a"));
		assertThat(this.queue.find(id).args()).containsExactly("a", 2);
	}

	@Test
	void exactlyOneCallIsMade() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.mails.enqueue((tasks) -> {
		})).withMessageContaining("No method of " + Mails.class.getName());
		assertThatIllegalArgumentException().isThrownBy(() -> this.mails.enqueue((tasks) -> {
			tasks.count("a");
			tasks.count("b");
		})).withMessageContaining("second call");
		assertThatIllegalArgumentException().isThrownBy(() -> this.mails.enqueue((tasks) -> tasks.unannotated("a")))
			.withMessageContaining("unannotated has no @GobstopperTask");
		assertThat(this.queue.service().stats().total()).isZero();
	}

	@Test
	void callThatComesTooLateIsRefused() {
		AtomicReference<@Nullable Mails> kept = new AtomicReference<>();
		this.mails.enqueue((tasks) -> {
			kept.set(tasks);
			tasks.count("a");
		});
		Mails late = kept.get();
		assertThat(late).isNotNull();
		assertThat(late).hasToString("Records a call of " + Mails.class.getName()).isEqualTo(late);
		assertThatIllegalStateException().isThrownBy(() -> late.count("b")).withMessageContaining("too late");
	}

	@Test
	void whatACallThrowsIsThrown() {
		assertThatIllegalStateException().isThrownBy(() -> this.mails.enqueue((tasks) -> {
			throw new IllegalStateException("planned");
		})).withMessage("planned");
		assertThatIllegalArgumentException().isThrownBy(() -> this.mails.enqueue((tasks) -> {
			throw new IOException("planned");
		})).withCauseInstanceOf(IOException.class).withMessageNotContaining("planned");
	}

	@Test
	void contractThatCannotWorkIsRefused() {
		assertThatExceptionOfType(InvalidTaskHandlerException.class)
			.isThrownBy(() -> this.queue.service().tasks(MailHandler.class))
			.withMessageContaining("is not an interface");
		assertThatExceptionOfType(InvalidTaskHandlerException.class)
			.isThrownBy(() -> this.queue.service().tasks(Runnable.class))
			.withMessageContaining("No method of java.lang.Runnable has a @GobstopperTask");
		assertThatExceptionOfType(InvalidTaskHandlerException.class)
			.isThrownBy(() -> this.queue.service().tasks(Generic.class))
			.withMessageContaining("type parameters");
		assertThatExceptionOfType(InvalidTaskHandlerException.class)
			.isThrownBy(() -> this.queue.service().tasks(Sealed.class))
			.withMessageContaining("nothing can implement");
		assertThatExceptionOfType(InvalidTaskHandlerException.class)
			.isThrownBy(() -> this.queue.service().tasks(Nameless.class))
			.withMessageContaining("Nameless.run is not valid: 'name' must not be empty");
		assertThatExceptionOfType(DuplicateTaskNameException.class)
			.isThrownBy(() -> this.queue.service().tasks(Twins.class))
			.withMessageContaining("'twin'");
		this.queue.service().tasks(Elsewhere.class);
		assertThatExceptionOfType(DuplicateTaskNameException.class)
			.isThrownBy(() -> this.queue.service().tasks(SameReport.class))
			.withMessageContaining(Elsewhere.class.getName())
			.withMessageContaining(SameReport.class.getName());
	}

	@Test
	void interfaceMayExtendOthers() {
		this.queue.service().tasks(Elsewhere.class);
		Tasks<Extended> extended = this.queue.service().tasks(Extended.class);
		Tasks<AlsoExtended> other = this.queue.service().tasks(AlsoExtended.class);
		assertThat(this.queue.find(other.enqueue((tasks) -> tasks.report("c"))).name()).isEqualTo("report");
		String own = extended.enqueue((tasks) -> tasks.own(List.of(new Receipt("a", BigDecimal.ONE, 1))));
		String inherited = extended.enqueue((tasks) -> tasks.report("b"));
		assertThat(this.queue.find(own).name()).isEqualTo("own");
		assertThat(this.queue.find(inherited).name()).isEqualTo("report");
		String generic = extended.enqueue((tasks) -> runAll(tasks, List.of()));
		assertThat(this.queue.find(generic).name()).isEqualTo("own");
	}

	@Test
	void contextIsThatOfTheThread() throws Exception {
		TaskInfo task = this.queue.await(this.mails.enqueue((tasks) -> tasks.send("who", 1, null)));
		assertThat(task.progressMessage()).isEqualTo("send_mail " + task.id());
		assertThatIllegalStateException().isThrownBy(TaskContext::current).withMessageContaining("No task runs");
	}

	private static void runAll(Generic<List<Receipt>> tasks, List<Receipt> value) {
		tasks.run(value);
	}

	record Receipt(String to, BigDecimal price, int copies) {

	}

	interface Mails {

		@GobstopperTask(name = "send_mail", category = "mails", maxRetries = 3)
		Receipt send(String to, int copies, @Nullable TaskContext context);

		@GobstopperTask("count_mails")
		int count(String of) throws IOException;

		@GobstopperTask("all_mails")
		List<Receipt> all();

		@GobstopperTask("later")
		CompletableFuture<Long> later();

		@GobstopperTask("reactive")
		Mono<String> reactive();

		void unannotated(String to);

		default void sendTwice(String to) {
			send(to, 2, null);
		}

	}

	interface OddMails {

		@GobstopperTask("odd")
		int nothing(String value);

	}

	interface Elsewhere {

		@GobstopperTask(name = "report", category = "reports", aliases = "old_report")
		void report(String of);

	}

	interface SameReport {

		@GobstopperTask("report")
		void reportToo(String of);

	}

	interface Generic<T> {

		@GobstopperTask("generic")
		void run(T value);

	}

	interface Extended extends Elsewhere, Generic<List<Receipt>> {

		@Override
		@GobstopperTask("own")
		void run(List<Receipt> value);

		default void own(List<Receipt> value) {
			run(value);
		}

	}

	interface AlsoExtended extends Elsewhere {

		@GobstopperTask("also")
		void also();

	}

	sealed interface Sealed {

		@GobstopperTask("sealed")
		void run();

		/**
		 * The only one.
		 */
		final class Only implements Sealed {

			@Override
			public void run() {
			}

		}

	}

	interface Nameless {

		@GobstopperTask
		void run();

	}

	interface Twins {

		@GobstopperTask("twin")
		void one();

		@GobstopperTask("twin")
		void other();

	}

	/**
	 * Is found by the annotations of its interface.
	 */
	static class MailHandler implements Mails {

		@Override
		public Receipt send(String to, int copies, @Nullable TaskContext given) {
			TaskContext context = TaskContext.current();
			assertThat(context).isSameAs(given);
			context.progress(50, context.name() + " " + context.id());
			return new Receipt(to, new BigDecimal("1.50"), copies);
		}

		@Override
		public int count(String of) throws IOException {
			if (of.equals("secret")) {
				throw new IOException("not secret");
			}
			return of.length();
		}

		@Override
		public List<Receipt> all() {
			return List.of(new Receipt("b", BigDecimal.ONE, 1));
		}

		@Override
		public CompletableFuture<Long> later() {
			return CompletableFuture.completedFuture(7L);
		}

		@Override
		public Mono<String> reactive() {
			return Mono.just("r");
		}

		@Override
		public void unannotated(String to) {
			throw new UnsupportedOperationException();
		}

		@GobstopperTask("odd")
		String odd(String value) {
			return "secret " + value;
		}

	}

}
