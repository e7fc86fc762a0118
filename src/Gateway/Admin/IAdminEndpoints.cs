namespace Gateway.Admin;

/// <summary>One group of the admin API's endpoints. Registered with the gateway's own services, whose singletons it may take.</summary>
internal interface IAdminEndpoints
{
    void Map(IEndpointRouteBuilder admin);
}
