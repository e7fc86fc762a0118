using System.Reflection;
using System.Xml.Linq;
using Gateway.Policies.Redis;
using Xunit;

namespace Gateway.Policies.Tests.Architecture;

/// <summary>Who may know whom. Within the library this is read from the compiled code, so that no way of writing a name evades it.</summary>
public sealed class DependencyTests
{
    private const string Library = "Gateway.Policies";
    private static readonly string[] Rooms = ["RateLimiting", "Sessions", "ResponseCaching"];
    private static readonly Assembly Policies = typeof(RedisLink).Assembly;
    private static readonly ILookup<Type, Type> Uses = TypeUses.Of(Policies);

    /// <summary>Types that take values and give values. Whoever calls them brings the request, the store and the time.</summary>
    private static readonly string[] Pure =
    [
        "Gateway.Policies.Redis.RedisFault",
        "Gateway.Policies.RateLimiting.RateLimitHeaders",
        "Gateway.Policies.ResponseCaching.Freshness",
        "Gateway.Policies.ResponseCaching.Cacheability",
        "Gateway.Policies.ResponseCaching.Validators",
        "Gateway.Policies.ResponseCaching.CacheKey",
    ];

    [Fact]
    public void Uses_WithinLambdasAndAsyncMethods_AreSeen()
    {
        Assert.Contains(typeof(StackExchange.Redis.IServer), Uses[typeof(RedisScriptShelf)]);
        Assert.Contains(typeof(StackExchange.Redis.ConnectionMultiplexer), Uses[typeof(RedisLookout)]);
        Assert.Contains(typeof(RedisFault), Uses[typeof(RedisLink)]);
    }

    [Fact]
    public void Projects_ReferToEachOther_OnlyDownwards()
    {
        Assert.Equal([Library], ReferencesOf("src/Gateway/Gateway.csproj"));
        Assert.Equal(["Pipelines.Sockets.Unofficial"], ReferencesOf("src/Gateway.Policies/Gateway.Policies.csproj"));
        Assert.DoesNotContain(Policies.GetReferencedAssemblies(), reference => reference.Name == "Gateway");
    }

    [Fact]
    public void Yarp_InTheLibrary_IsKnownToRouteBindingOnly() => Violations.AssertNone(
        from type in Uses
        where !IsIn(type.Key, "RouteBinding")
        from used in type
        where used.Assembly.GetName().Name!.StartsWith("Yarp.", StringComparison.Ordinal)
        select $"{type.Key} uses {used}");

    [Fact]
    public void RedisClient_InTheLibrary_IsKnownToRedisFoldersOnly() => Violations.AssertNone(
        from type in Uses
        where type.Key.Namespace?.Split('.').Contains("Redis") == false
        from used in type
        where used.Namespace?.StartsWith("StackExchange.Redis", StringComparison.Ordinal) == true
        select $"{type.Key} uses {used}");

    [Fact]
    public void RedisClient_InTheExecutable_IsUnknown() => Violations.AssertNone(
        from file in SourceTree.Files("src/Gateway")
        where file.Code.Any(line => line.Contains("StackExchange.Redis", StringComparison.Ordinal) && !line.Contains('"', StringComparison.Ordinal))
        select file.Path);

    [Fact]
    public void Rooms_OfPolicies_DoNotKnowEachOther() => Violations.AssertNone(
        from type in Uses
        from room in Rooms
        where IsIn(type.Key, room)
        from used in type
        where Rooms.Any(other => other != room && IsIn(used, other))
        select $"{type.Key} uses {used}");

    [Fact]
    public void RedisRoom_KnowsNoPolicy() => Violations.AssertNone(
        from type in Uses
        where type.Key.Namespace == $"{Library}.Redis"
        from used in type
        where Rooms.Any(room => IsIn(used, room))
        select $"{type.Key} uses {used}");

    [Fact]
    public void Backends_OfStores_AreKnownToRegistrationOnly() => Violations.AssertNone(
        from type in Uses
        where !type.Key.Name.EndsWith("Services", StringComparison.Ordinal)
        from used in type
        from room in Rooms
        where (IsIn(used, $"{room}.Redis") || IsIn(used, $"{room}.InMemory")) && type.Key.Namespace != used.Namespace
        select $"{type.Key} uses {used}");

    [Fact]
    public void PureTypes_TakeValues_NoRequestNoStoreNoClock() => Violations.AssertNone(
        from name in Pure
        let type = Policies.GetType(name)
        where type is not null
        from used in Uses[type]
        where used.FullName is "Microsoft.AspNetCore.Http.HttpContext" or "Microsoft.AspNetCore.Http.HttpRequest" or "Microsoft.AspNetCore.Http.HttpResponse" or "System.TimeProvider"
            || (used.IsInterface && used.Name.EndsWith("Store", StringComparison.Ordinal))
            || used == typeof(RedisLink)
        select $"{name} uses {used}");

    private static bool IsIn(Type type, string room) =>
        type.Namespace == $"{Library}.{room}" || type.Namespace?.StartsWith($"{Library}.{room}.", StringComparison.Ordinal) == true;

    private static IEnumerable<string> ReferencesOf(string project) =>
        XDocument.Load(Path.Combine(SourceTree.Root, project)).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));
}
