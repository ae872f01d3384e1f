package io.gobstopper.handler;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;

import kotlin.Unit;
import kotlinx.coroutines.Deferred;
import kotlinx.coroutines.future.FutureKt;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.gobstopper.NonRetryableTaskException;

/**
 * What handlers return that stands for work still to be done: it is awaited where that is
 * possible and refused otherwise, but never taken for a result.
 */
public final class PendingResult {

	private static final boolean REACTOR = ClassUtils.isPresent("reactor.core.publisher.Mono",
			PendingResult.class.getClassLoader());

	private static final String UNIT = "kotlin.Unit";

	private static final String DEFERRED = "kotlinx.coroutines.Deferred";

	private static final Set<String> NEVER_AWAITED = Set.of("org.reactivestreams.Publisher",
			"java.util.concurrent.Flow$Publisher", "kotlinx.coroutines.Job", "kotlinx.coroutines.flow.Flow",
			"io.reactivex.rxjava3.core.CompletableSource", "io.reactivex.rxjava3.core.SingleSource",
			"io.reactivex.rxjava3.core.MaybeSource", "io.reactivex.rxjava3.core.ObservableSource",
			"org.springframework.web.context.request.async.DeferredResult",
			"org.springframework.web.context.request.async.WebAsyncTask", Callable.class.getName(),
			Supplier.class.getName(), Runnable.class.getName());

	private static final ClassValue<Kind> KINDS = new ClassValue<>() {

		@Override
		protected Kind computeValue(Class<?> type) {
			return kind(type);
		}

	};

	private PendingResult() {
	}

	/**
	 * Returns the result of a call, and waits for it if need be.
	 * @param returned what a handler returned
	 * @return the result
	 * @throws NonRetryableTaskException if it cannot be awaited
	 * @throws InterruptedException if the calling thread is interrupted meanwhile; what
	 * is awaited is cancelled then, and the end of a coroutine is awaited all the same
	 * @throws Throwable what the awaited work threw
	 */
	public static @Nullable Object await(@Nullable Object returned) throws Throwable {
		Object result = (returned != null) ? result(returned) : null;
		return (result != null && UNIT.equals(result.getClass().getName())) ? null : result;
	}

	private static @Nullable Object await(Future<?> future) throws Throwable {
		try {
			return future.get();
		}
		catch (InterruptedException ex) {
			future.cancel(true);
			throw ex;
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() != null) ? ex.getCause() : ex;
		}
	}

	private static @Nullable Object result(Object returned) throws Throwable {
		return switch (KINDS.get(returned.getClass())) {
			case RESULT -> returned;
			case FUTURE ->
				await((returned instanceof CompletionStage<?> stage && !(returned instanceof CompletableFuture))
						? stage.toCompletableFuture() : (Future<?>) returned);
			case DEFERRED -> Coroutines.await(returned);
			case REACTIVE -> await(Reactive.subscribe(returned));
			case REFUSED -> throw new NonRetryableTaskException(
					"The handler returned a %s, which cannot be awaited".formatted(returned.getClass().getName()));
		};
	}

	// Returns why no handler can return this, or null if one can. What a function that
	// suspends returns must be there when it returns.
	static @Nullable String whyRefused(ResolvableType declared, boolean suspending) {
		Class<?> type = declared.resolve(Object.class);
		if (suspending && kind(type) != Kind.RESULT) {
			return "suspends and returns %s, of which only one could be awaited".formatted(type.getName());
		}
		if (kind(type) == Kind.REFUSED) {
			return "returns %s, which cannot be awaited%s; return the value itself or a CompletableFuture"
				.formatted(type.getName(), REACTOR ? "" : " (without Reactor among the dependencies)");
		}
		for (ResolvableType generic : declared.getGenerics()) {
			Class<?> inner = generic.resolve(Object.class);
			if (kind(inner) != Kind.RESULT || whyRefused(generic, suspending) != null) {
				return "returns %s with a %s inside, of which only the outermost could be awaited"
					.formatted(type.getName(), inner.getName());
			}
		}
		return null;
	}

	static boolean isPending(Class<?> type) {
		return kind(type) != Kind.RESULT;
	}

	private static Kind kind(Class<?> type) {
		if (CompletionStage.class.isAssignableFrom(type) || Future.class.isAssignableFrom(type)) {
			return Kind.FUTURE;
		}
		if (isOneOf(type, Set.of(DEFERRED))) {
			return Kind.DEFERRED;
		}
		if (REACTOR && Reactive.adapter(type) != null) {
			return Kind.REACTIVE;
		}
		boolean pending = isOneOf(type, NEVER_AWAITED);
		boolean work = !Callable.class.isAssignableFrom(type) && !Supplier.class.isAssignableFrom(type)
				&& !Runnable.class.isAssignableFrom(type);
		return (pending && (work || type.isInterface() || type.isHidden() || type.isSynthetic())) ? Kind.REFUSED
				: Kind.RESULT;
	}

	private static boolean isOneOf(@Nullable Class<?> type, Set<String> names) {
		return type != null && (names.contains(type.getName()) || isOneOf(type.getSuperclass(), names)
				|| Arrays.stream(type.getInterfaces()).anyMatch((implemented) -> isOneOf(implemented, names)));
	}

	private enum Kind {

		RESULT, FUTURE, DEFERRED, REACTIVE, REFUSED

	}

	/**
	 * What needs Kotlin's coroutines.
	 */
	private static final class Coroutines {

		// One that does not heed its cancellation must not run beside the next attempt.
		static @Nullable Object await(Object returned) throws Throwable {
			Deferred<?> deferred = (Deferred<?>) returned;
			CompletableFuture<Boolean> ended = new CompletableFuture<>();
			deferred.invokeOnCompletion((ex) -> {
				ended.complete(true);
				return Unit.INSTANCE;
			});
			try {
				return PendingResult.await(FutureKt.asCompletableFuture(deferred));
			}
			catch (InterruptedException ex) {
				deferred.cancel(new CancellationException());
				ended.join();
				throw ex;
			}
		}

	}

	/**
	 * What needs Reactor.
	 */
	private static final class Reactive {

		static @Nullable ReactiveAdapter adapter(Class<?> type) {
			return ReactiveAdapterRegistry.getSharedInstance().getAdapter(type);
		}

		static Future<?> subscribe(Object returned) {
			ReactiveAdapter adapter = adapter(returned.getClass());
			if (adapter == null) {
				throw new IllegalArgumentException("No adapter for " + returned.getClass().getName());
			}
			Publisher<Object> publisher = adapter.toPublisher(returned);
			return adapter.isMultiValue() ? Flux.from(publisher).collectList().toFuture()
					: Mono.from(publisher).toFuture();
		}

	}

}
