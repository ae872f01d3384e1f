package io.gobstopper.autoconfigure;

import java.util.Objects;

import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.context.annotation.Bean;

import io.gobstopper.actuate.dashboard.Dashboard;
import io.gobstopper.actuate.dashboard.DashboardHeaders;
import io.gobstopper.actuate.dashboard.DashboardServletFilter;

/**
 * Adds the headers of the dashboard where the endpoint is, on the Servlet stack.
 */
@ManagementContextConfiguration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(DispatcherServletPath.class)
@ConditionalOnBean(Dashboard.class)
class GobstopperDashboardServletConfiguration {

	@Bean
	FilterRegistrationBean<DashboardServletFilter> gobstopperDashboardFilter(Dashboard dashboard,
			PathMappedEndpoints endpoints, DispatcherServletPath servlet) {
		String path = servlet
			.getRelativePath(Objects.requireNonNull(endpoints.getPath(GobstopperEndpointAutoConfiguration.ID)));
		FilterRegistrationBean<DashboardServletFilter> registration = new FilterRegistrationBean<>(
				new DashboardServletFilter(new DashboardHeaders(path, dashboard.contentSecurityPolicy())));
		registration.addUrlPatterns(path, path + "/*");
		return registration;
	}

}
