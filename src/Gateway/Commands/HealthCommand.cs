using System.CommandLine;

namespace Gateway.Commands;

/// <summary><c>gateway health</c>: exit 0 when the running gateway is ready, for a container's health check.</summary>
internal static class HealthCommand
{
    public static Command Create()
    {
        var admin = new AdminOption();
        var health = new Command("health", "Ask a running gateway whether it is ready");
        admin.AddTo(health);
        health.SetAction((parsed, cancellation) => admin.RunAsync(parsed, HttpMethod.Get, "/healthz/ready", null, cancellation));
        return health;
    }
}
