using System.CommandLine;

namespace Gateway.Commands;

/// <summary><c>gateway limits show|reset POLICY PARTITION</c>.</summary>
internal static class LimitsCommand
{
    public static Command Create() => new("limits", "Show and reset what a partition has used of a running gateway's limits")
    {
        Create("show", "Show what a partition has used", HttpMethod.Get),
        Create("reset", "Give a partition all its permits back", HttpMethod.Delete),
    };

    private static Command Create(string name, string description, HttpMethod method)
    {
        var admin = new AdminOption();
        var policy = new Argument<string>("POLICY") { Description = "The limit's name; an inline limit has its route's" };
        var partition = new Argument<string>("PARTITION") { Description = "Whose permits, for example 203.0.113.7; several parts joined by \"|\"" };
        var command = new Command(name, description) { policy, partition };
        admin.AddTo(command);
        command.SetAction((parsed, cancellation) => admin.RunAsync(
            parsed, method, $"/api/limits/{Uri.EscapeDataString(parsed.GetValue(policy)!)}/{Uri.EscapeDataString(parsed.GetValue(partition)!)}", null, cancellation));
        return command;
    }
}
