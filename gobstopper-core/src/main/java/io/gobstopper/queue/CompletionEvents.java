package io.gobstopper.queue;

import java.util.Arrays;
import java.util.Collection;
import java.util.ConcurrentModificationException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.GenericApplicationListener;
import org.springframework.context.event.GenericApplicationListenerAdapter;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.core.ResolvableType;

/**
 * Publishes application events, and knows of which types somebody listens to, so that
 * none need to be made for nobody.
 */
final class CompletionEvents {

	private final ApplicationContext context;

	private final Map<Class<?>, Boolean> heard = new ConcurrentHashMap<>();

	private int listeners = -1;

	CompletionEvents(ApplicationContext context) {
		this.context = context;
	}

	// Whether somebody listens to events of a type, or may do so. Called by one thread at
	// a time.
	boolean isHeard(Class<?> type) {
		try {
			int now = countListeners();
			if (now != this.listeners) {
				this.heard.clear();
				this.listeners = now;
			}
			return this.heard.computeIfAbsent(type, this::hasListener);
		}
		catch (ConcurrentModificationException ex) {
			return true;
		}
	}

	void publish(Object event) {
		this.context.publishEvent(event);
	}

	private int countListeners() {
		int count = 0;
		for (ApplicationContext each = this.context; each != null; each = each.getParent()) {
			Collection<ApplicationListener<?>> known = listeners(each);
			count += (known != null) ? known.size() : 0;
		}
		return count;
	}

	private boolean hasListener(Class<?> type) {
		ResolvableType event = ResolvableType.forClassWithGenerics(PayloadApplicationEvent.class, type);
		for (ApplicationContext each = this.context; each != null; each = each.getParent()) {
			Collection<ApplicationListener<?>> known = listeners(each);
			if (known == null || known.stream().anyMatch((listener) -> generic(listener).supportsEventType(event))
					|| hasListenerYetToBeMade(each)) {
				return true;
			}
		}
		return false;
	}

	// Lazy listeners and prototypes are made when there is an event for them.
	private static boolean hasListenerYetToBeMade(ApplicationContext context) {
		return Arrays.stream(context.getBeanNamesForType(ApplicationListener.class, true, false))
			.anyMatch((name) -> !(context instanceof ConfigurableApplicationContext configurable)
					|| !configurable.getBeanFactory().containsSingleton(BeanFactoryUtils.transformedBeanName(name)));
	}

	private static @Nullable Collection<ApplicationListener<?>> listeners(ApplicationContext context) {
		return (context instanceof AbstractApplicationContext known) ? known.getApplicationListeners() : null;
	}

	private static GenericApplicationListener generic(ApplicationListener<?> listener) {
		return (listener instanceof GenericApplicationListener generic) ? generic
				: new GenericApplicationListenerAdapter(listener);
	}

}
