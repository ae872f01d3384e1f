package io.gobstopper.handler;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Supplier;

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

	private static final Set<String> NEVER_AWAITED = Set.of("org.reactivestreams.Publisher",
			"java.util.concurrent.Flow$Publisher", "kotlinx.coroutines.Deferred", "kotlinx.coroutines.flow.Flow",
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
	 * Returns what to await.
	 * @param returned what a handler returned
	 * @return a future of the result, or {@code null} if this is the result
	 * @throws NonRetryableTaskException if it cannot be awaited
	 */
	public static @Nullable Future<?> of(Object returned) {
		return switch (KINDS.get(returned.getClass())) {
			case RESULT -> null;
			case FUTURE -> (returned instanceof CompletionStage<?> stage && !(returned instanceof CompletableFuture))
					? stage.toCompletableFuture() : (Future<?>) returned;
			case REACTIVE -> Reactive.subscribe(returned);
			case REFUSED -> throw new NonRetryableTaskException(
					"The handler returned a %s, which cannot be awaited".formatted(returned.getClass().getName()));
		};
	}

	// Returns why no handler can return this, or null if one can.
	static @Nullable String whyRefused(ResolvableType declared) {
		Class<?> type = declared.resolve(Object.class);
		if (kind(type) == Kind.REFUSED) {
			return "returns %s, which cannot be awaited%s; return the value itself or a CompletableFuture"
				.formatted(type.getName(), REACTOR ? "" : " (without Reactor among the dependencies)");
		}
		for (ResolvableType generic : declared.getGenerics()) {
			Class<?> inner = generic.resolve(Object.class);
			if (kind(inner) != Kind.RESULT || whyRefused(generic) != null) {
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
		if (REACTOR && Reactive.adapter(type) != null) {
			return Kind.REACTIVE;
		}
		Set<Class<?>> all = new LinkedHashSet<>(ClassUtils.getAllInterfacesForClassAsSet(type));
		for (Class<?> each = type; each != null; each = each.getSuperclass()) {
			all.add(each);
		}
		boolean pending = all.stream().anyMatch((each) -> NEVER_AWAITED.contains(each.getName()));
		boolean work = !Callable.class.isAssignableFrom(type) && !Supplier.class.isAssignableFrom(type)
				&& !Runnable.class.isAssignableFrom(type);
		return (pending && (work || type.isInterface() || type.isHidden() || type.isSynthetic())) ? Kind.REFUSED
				: Kind.RESULT;
	}

	private enum Kind {

		RESULT, FUTURE, REACTIVE, REFUSED

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
