using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Gateway.Hosting.Tls;

internal static class TlsRegistration
{
    /// <summary>The <c>Kestrel</c> section with certificates that are renewed while the gateway runs.</summary>
    public static IServiceCollection AddTls(this IServiceCollection services)
    {
        services.AddSingleton<TlsSetup>();
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>>(provider => provider.GetRequiredService<TlsSetup>());
        services.AddHostedService<CertificateWatcher>();
        return services;
    }
}
