package io.gobstopper.autoconfigure;

import java.util.Objects;

import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.server.WebFilter;

import io.gobstopper.actuate.dashboard.Dashboard;
import io.gobstopper.actuate.dashboard.DashboardHeaders;
import io.gobstopper.actuate.dashboard.DashboardWebFilter;

/**
 * Adds the headers of the dashboard where the endpoint is, on the reactive stack.
 */
@ManagementContextConfiguration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass(WebFilter.class)
@ConditionalOnBean(Dashboard.class)
class GobstopperDashboardReactiveConfiguration {

	@Bean
	DashboardWebFilter gobstopperDashboardFilter(Dashboard dashboard, PathMappedEndpoints endpoints) {
		return new DashboardWebFilter(
				new DashboardHeaders(Objects.requireNonNull(endpoints.getPath(GobstopperEndpointAutoConfiguration.ID)),
						dashboard.contentSecurityPolicy()));
	}

}
