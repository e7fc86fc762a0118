using System.CommandLine;
using System.Text.Json.Nodes;

namespace Gateway.Commands;

/// <summary><c>gateway limits show|reset|boost POLICY PARTITION</c> and <c>gateway limits top POLICY</c>.</summary>
internal static class LimitsCommand
{
    public static Command Create() => new("limits", "Show, reset and raise what a partition may use of a running gateway's limits")
    {
        Create("show", "Show what a partition has used", HttpMethod.Get),
        Create("reset", "Give a partition all its permits back", HttpMethod.Delete),
        Boost(),
        Top(),
    };

    private static Command Create(string name, string description, HttpMethod method)
    {
        var admin = new AdminOption();
        (Argument<string> policy, Argument<string> partition) = Whose();
        var command = new Command(name, description) { policy, partition };
        admin.AddTo(command);
        command.SetAction((parsed, cancellation) => admin.RunAsync(
            parsed, method, $"/api/limits/{Uri.EscapeDataString(parsed.GetValue(policy)!)}/{Uri.EscapeDataString(parsed.GetValue(partition)!)}", null, cancellation));
        return command;
    }

    private static Command Boost()
    {
        var admin = new AdminOption();
        (Argument<string> policy, Argument<string> partition) = Whose();
        var limit = new Option<long?>("--limit") { Description = "Permits per window while it lasts", HelpName = "PERMITS" };
        var duration = new Option<string>("--for") { Description = "How long it lasts, for example 10m; 0s ends it", HelpName = "DURATION", Required = true };
        var command = new Command("boost", "Raise a partition's limit for a while, at every gateway") { policy, partition, limit, duration };
        admin.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var body = new JsonObject { ["for"] = parsed.GetValue(duration) };
            if (parsed.GetValue(limit) is { } permits)
            {
                body["limit"] = permits;
            }

            string path = $"/api/limits/{Uri.EscapeDataString(parsed.GetValue(policy)!)}/{Uri.EscapeDataString(parsed.GetValue(partition)!)}/boost";
            return admin.RunAsync(parsed, HttpMethod.Post, path, body, cancellation);
        });
        return command;
    }

    private static Command Top()
    {
        var admin = new AdminOption();
        (Argument<string> policy, _) = Whose();
        var command = new Command("top", "Show whom one gateway rejected most of late") { policy };
        admin.AddTo(command);
        command.SetAction((parsed, cancellation) => admin.RunAsync(
            parsed, HttpMethod.Get, $"/api/limits/{Uri.EscapeDataString(parsed.GetValue(policy)!)}/top", null, cancellation));
        return command;
    }

    private static (Argument<string> Policy, Argument<string> Partition) Whose() => (
        new Argument<string>("POLICY") { Description = "The limit's name; an inline limit has its route's" },
        new Argument<string>("PARTITION") { Description = "Whose permits, for example 203.0.113.7; several parts joined by \"|\"; or id:… from \"limits top\"" });
}
